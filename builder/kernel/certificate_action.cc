// The certificate as an action's output: {"pem": text, "fingerprint": text}. Output "certificate".
//
// The plan knows the certificate (it is public and every key below depends on it); this only makes a blob of it.
#include "kernel/kernel.h"

namespace kjx::kernel {
namespace {

void run(work::Work& work) {
  work.output("certificate", work.store().put(work.description().at("pem").get<std::string>()));
}

}  // namespace

const work::Kind& certificate_action() {
  static const work::Kind kind{"kernel.certificate", 1, {}, run};
  return kind;
}

}  // namespace kjx::kernel
