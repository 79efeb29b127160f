// "kernel.check": before the image is made, do kernel, configuration, certificate and modules belong together?
//
// Description: {} (or {"certificate": PEM}). Inputs "kernel" (stage 2's), "modules" (signed), "certificate" (see
// make.h), "config1" and "config2" (of the two stages), "release" (stage 1's; may be absent). Output "checked":
// {"release", "modules": count, "certificate": fingerprint}. Everything that is wrong is reported at once:
// bad_signature, or config_not_kept for the configurations.
#include <fmt/format.h>

#include <set>
#include <sstream>
#include <stdexcept>

#include "kernel/boot_image.h"
#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/make.h"
#include "kernel/module_signature.h"

namespace kjx::kernel {
namespace {

// The first line of `now` that was not in `before`; for the message only.
std::string first_difference(const std::string& before, const std::string& now) {
  std::istringstream first(before);
  std::set<std::string> known;
  for (std::string line; std::getline(first, line);) known.insert(line);
  std::istringstream second(now);
  for (std::string line; std::getline(second, line);) {
    if (known.count(line) == 0) return line;
  }
  return "a line is missing";
}

void check_configs(work::Work& work, Diagnostics& errors) {
  const Digest first = work.input("config1");
  const Digest second = work.input("config2");
  if (first == second) return;
  errors.add({kjx::Kind::config_not_kept, work.where(), "the two stages were configured differently",
              "stage 2 has: " + first_difference(work.store().read(first), work.store().read(second))});
}

// The image's own header against what stage 1 called its modules' folder.
void check_release(work::Work& work, const std::optional<std::string>& release, Diagnostics& errors) {
  if (!release || !work.has_input("release")) return;
  const std::string modules = work.store().read(work.input("release"));
  if (modules == *release) return;
  errors.add({kjx::Kind::bad_signature, work.where(),
              fmt::format("the kernel is {}, its modules are for {}", *release, modules)});
}

class ModuleCheck {
 public:
  ModuleCheck(const std::string& kernel, std::optional<std::string> release, X509& certificate, Location where)
      : kernel_(kernel), release_(std::move(release)), certificate_(certificate), where_(std::move(where)) {}

  void check(const std::string& path, const std::string& bytes, Diagnostics& errors) {
    const auto wrong = [&](std::string_view what, std::string help = "") {
      errors.add({kjx::Kind::bad_signature, where_, fmt::format("module {} {}", path, what), std::move(help)});
    };
    const auto parts = split_signature(bytes);
    if (!parts) return wrong("is not signed");
    if (!verifies(parts->content, parts->signature, certificate_)) {
      return wrong("has a signature that is not the certificate's", "its bytes or the key changed after signing");
    }
    const auto vermagic = vermagic_of(parts->content);
    if (!vermagic) return wrong("says for no kernel it was made");
    if (!is_the_kernels(*vermagic)) wrong(fmt::format("was made for another kernel ({})", *vermagic));
  }

 private:
  // The kernel holds the very string (kernel/module/main.c) that it compares with.
  bool is_the_kernels(const std::string& vermagic) {
    if (release_ && !vermagic.starts_with(*release_ + " ")) return false;
    if (known_.count(vermagic) != 0) return true;
    const bool in_kernel = kernel_.find(vermagic + '\0') != std::string::npos;
    if (in_kernel) known_.insert(vermagic);
    return in_kernel;
  }

  const std::string& kernel_;
  std::optional<std::string> release_;
  X509& certificate_;
  Location where_;
  std::set<std::string> known_;
};

std::string unpacked(work::Work& work, const std::string& image) {
  try {
    return unpacked_kernel(image);
  } catch (const std::runtime_error& error) {
    throw Failure(Diagnostic{kjx::Kind::bad_signature, work.where(),
                             fmt::format("cannot look into the kernel: {}", error.what())});
  }
}

std::uint64_t check_modules(work::Work& work, ModuleCheck& check, Diagnostics& errors) {
  std::uint64_t count = 0;
  const store::Manifest modules = work.store().manifest(work.input("modules"));
  for (const store::Entry& entry : modules.entries()) {
    if (entry.type != store::Entry::Type::file || !entry.path.ends_with(".ko")) continue;
    check.check(entry.path, work.store().read(entry.digest), errors);
    work.progress(++count, 0, entry.path);
  }
  return count;
}

std::string checked_text(work::Work& work) {
  Diagnostics errors;
  const Certificate certificate = certificate_from_pem(certificate_pem(work));
  if (!certificate) throw Failure(Diagnostic{kjx::Kind::bad_key, work.where("key"), "the certificate is no PEM text"});
  check_configs(work, errors);

  const std::string image = work.store().read(work.input("kernel"));
  const auto release = release_in_header(image);
  check_release(work, release, errors);
  const std::string kernel = unpacked(work, image);
  if (kernel.find(to_der(*certificate)) == std::string::npos) {
    errors.add({kjx::Kind::bad_signature, work.where(),
                fmt::format("the kernel does not hold the certificate {}", fingerprint(*certificate).substr(0, 16)),
                "is CONFIG_SYSTEM_TRUSTED_KEYS=\"" + std::string(certificate_path) + "\" asked for?"});
  }
  ModuleCheck check(kernel, release, *certificate, work.where());
  const std::uint64_t count = check_modules(work, check, errors);
  errors.checkpoint();

  const nlohmann::json checked = {
      {"release", release.value_or("")}, {"modules", count}, {"certificate", fingerprint(*certificate)}};
  return checked.dump(2) + "\n";
}

void check_kernel(work::Work& work) { work.output("checked", work.store().put(checked_text(work))); }

// Signatures are checked in every build, not only in the one that was the first with these very bytes.
std::string distrust_check(work::Work& work, const work::Outputs& outputs) {
  return outputs.at("checked") == digest_of(checked_text(work)) ? "" : "it says other things of kernel and modules";
}

}  // namespace

const work::Kind& check_action() {
  static const work::Kind kind{"kernel.check", 1, {}, check_kernel, false, distrust_check};
  return kind;
}

}  // namespace kjx::kernel
