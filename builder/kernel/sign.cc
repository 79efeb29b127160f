// "kernel.sign": signs every module. The only action that sees the private key.
//
// Description: {} or {"publish": true, "certificate": PEM}. Inputs "modules" (stripped, unsigned), "certificate" (see
// make.h). Then one of:
//   secret "key"             the private key's file: read here, used and wiped; nothing of it leaves this function
//   files "signature/PATH"   published signatures (DER), by the module's path below lib/modules/RELEASE: so anyone can
//                            rebuild a release bit for bit without owning its key
// Outputs "modules" (signed), and, with "publish", "signatures" (manifest of those DER files).
#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/make.h"
#include "kernel/module_signature.h"
#include "kernel/signing_key.h"

namespace kjx::kernel {
namespace {

// lib/modules/RELEASE/kernel/fs/x.ko -> kernel/fs/x.ko
std::string below_release(const std::string& path) {
  std::size_t at = 0;
  for (int i = 0; i < 3 && at != std::string::npos; ++i) at = path.find('/', at + (i > 0 ? 1 : 0));
  return at == std::string::npos ? path : path.substr(at + 1);
}

using Signer = std::function<std::string(const store::Entry& entry, std::string_view module)>;

Signer with_key(work::Work& work, X509& certificate) {
  const auto path = work.secret("key");
  std::shared_ptr<EVP_PKEY> key = read_private_key(path, work.where("key"));
  check_pair(*key, certificate, path, work.where("key"));
  return [key, &certificate](const store::Entry&, std::string_view module) {
    return signature_of(module, *key, certificate);
  };
}

Signer with_published(work::Work& work, X509& certificate) {
  return [&](const store::Entry& entry, std::string_view module) {
    const std::string slot = "signature/" + below_release(entry.path);
    for (const auto& file : work.files(slot)) {
      if (file.slot != slot) continue;
      std::string signature = work.file(slot);
      if (verifies(module, signature, certificate)) return signature;
      throw Failure(
          Diagnostic{kjx::Kind::bad_signature, work.where("key"),
                     fmt::format("the published signature of {} does not fit this build's module", entry.path),
                     "the module's bytes differ from the release's: other sources, configuration or tools"});
    }
    throw Failure(Diagnostic{kjx::Kind::bad_signature, work.where("key"),
                             fmt::format("there is no published signature of {}", entry.path)});
  };
}

void sign_modules(work::Work& work) {
  const Certificate certificate = certificate_from_pem(certificate_pem(work));
  if (!certificate) throw Failure(Diagnostic{kjx::Kind::bad_key, work.where("key"), "the certificate is no PEM text"});
  store::Manifest modules = work.store().manifest(work.input("modules"));
  store::Manifest signatures;
  const Signer sign =
      work.files("signature/").empty() ? with_key(work, *certificate) : with_published(work, *certificate);
  std::uint64_t done = 0;
  for (store::Entry& entry : modules.entries()) {
    if (entry.type != store::Entry::Type::file || !entry.path.ends_with(".ko")) continue;
    const std::string module = work.store().read(entry.digest);
    const std::string signature = sign(entry, module);
    const std::string whole = with_signature(module, signature);
    entry.digest = work.store().put(whole);
    entry.size = whole.size();
    store::Entry published = entry;
    published.path = below_release(entry.path);
    published.digest = work.store().put(signature);
    published.size = signature.size();
    signatures.add(std::move(published));
    work.progress(++done, 0, entry.path);
  }
  signatures.complete_parents();
  work.output("modules", modules);
  if (work.description().is_object() && work.description().value("publish", false)) {
    work.output("signatures", signatures);
  }
  work.log(fmt::format("signed {} modules for certificate {}", done, fingerprint(*certificate).substr(0, 16)));
}

}  // namespace

const work::Kind& sign_action() {
  static const work::Kind kind{"kernel.sign", 1, {}, sign_modules};
  return kind;
}

}  // namespace kjx::kernel
