// "kernel.sign": signs every module. The only action that sees the private key.
//
// Description: {} or {"detached": true}. Inputs "modules" (stripped, unsigned), "certificate" (see make.h). Then
//   secret "key"              the private key's file: read here, used and wiped; nothing of it leaves this function
// or, when detached,
//   files "signature/NAME"    published signatures (DER) by published_name(): so anyone can rebuild a release bit for
//   bit
//                             without owning its key
// Outputs "modules" (signed) and "signatures" (manifest of those DER files, to be published).
//
// What the store says it is, it is taken for only after every signature was checked: see distrust_modules().
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <set>
#include <stdexcept>

#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/make.h"
#include "kernel/module_signature.h"
#include "kernel/published.h"
#include "kernel/signing_key.h"

namespace kjx::kernel {
namespace {

using Signer = std::function<std::string(const store::Entry& entry, std::string_view module)>;

bool is_module(const store::Entry& entry) {
  return entry.type == store::Entry::Type::file && entry.path.ends_with(".ko");
}

Certificate signing_certificate(work::Work& work) {
  Certificate certificate = certificate_from_pem(certificate_pem(work));
  if (!certificate) throw Failure(Diagnostic{kjx::Kind::bad_key, work.where("key"), "the certificate is no PEM text"});
  return certificate;
}

Signer with_key(work::Work& work, X509& certificate) {
  const auto path = work.secret("key");
  std::shared_ptr<EVP_PKEY> key = read_private_key(path, work.where("key"));
  check_pair(*key, certificate, path, work.where("key"));
  return [key, &certificate](const store::Entry&, std::string_view module) {
    return signature_of(module, *key, certificate);
  };
}

// Signatures that somebody published. A module without a fitting one is noted, and signed with nothing.
class Published {
 public:
  Published(work::Work& work, X509& certificate, Diagnostics& errors)
      : work_(work), certificate_(certificate), errors_(errors) {
    for (const auto& file : work.files(prefix)) names_.insert(file.slot.substr(prefix.size()));
  }

  std::string operator()(const store::Entry& entry, std::string_view module) {
    const std::string name = published_name(entry);
    if (!names_.contains(name)) {
      const std::string other = of_other_bytes(name);
      refuse(other.empty() ? fmt::format("there is no published signature of {}", entry.path)
                           : fmt::format("the published signature of {} is for other bytes (sha256 {}; here {})",
                                         entry.path, other, entry.digest.hex().substr(0, 16)),
             other.empty()
                 ? "is `signatures:` the folder of this very release, and the kernel's configuration the same?"
                 : differs);
      return {};
    }
    std::string signature = work_.file(std::string(prefix) + name);
    if (verifies(module, signature, certificate_)) return signature;
    refuse(fmt::format("the published signature of {} does not verify with the certificate {}", entry.path,
                       fingerprint(certificate_).substr(0, 16)),
           "it is damaged or another key's: take certificate and signatures from one release");
    return {};
  }

 private:
  static constexpr std::string_view prefix = "signature/";
  static constexpr std::string_view differs =
      "the module's bytes differ from the release's: other sources, configuration or tools";

  // The beginning of the digest for which the same module's signature was published.
  [[nodiscard]] std::string of_other_bytes(const std::string& name) const {
    const std::string stem = name.substr(0, name.size() - (Digest{}.hex().size() + published_ending.size()));
    const auto found = names_.lower_bound(stem);
    if (found == names_.end() || !found->starts_with(stem) || found->size() != name.size()) return {};
    return found->substr(stem.size(), 16);
  }

  void refuse(std::string message, std::string_view help) {
    errors_.add({kjx::Kind::bad_signature, work_.where("key"), std::move(message), std::string(help)});
  }

  work::Work& work_;
  X509& certificate_;
  Diagnostics& errors_;
  std::set<std::string> names_;
};

bool is_detached(const work::Work& work) {
  return work.description().is_object() && work.description().value("detached", false);
}

Signer signer(work::Work& work, X509& certificate, Diagnostics& errors) {
  if (!is_detached(work)) return with_key(work, certificate);
  return [published = std::make_shared<Published>(work, certificate, errors)](
             const store::Entry& entry, std::string_view module) { return (*published)(entry, module); };
}

// The module's signed bytes into the entry; its signature alone as an entry of its own.
store::Entry sign_module(work::Work& work, const Signer& sign, store::Entry& entry) {
  const std::string module = work.store().read(entry.digest);
  const std::string signature = sign(entry, module);
  store::Entry published = entry;
  published.path = published_name(entry);
  published.digest = work.store().put(signature);
  published.size = signature.size();
  const std::string whole = with_signature(module, signature);
  entry.digest = work.store().put(whole);
  entry.size = whole.size();
  return published;
}

void sign_modules(work::Work& work) {
  const Certificate certificate = signing_certificate(work);
  store::Manifest modules = work.store().manifest(work.input("modules"));
  store::Manifest signatures;
  Diagnostics errors;
  const Signer sign = signer(work, *certificate, errors);
  std::uint64_t done = 0;
  for (store::Entry& entry : modules.entries()) {
    if (!is_module(entry)) continue;
    signatures.add(sign_module(work, sign, entry));
    work.progress(++done, 0, entry.path);
  }
  errors.checkpoint();
  signatures.complete_parents();
  work.output("modules", modules);
  work.output("signatures", signatures);
  work.log(fmt::format("signed {} modules for certificate {}", done, fingerprint(*certificate).substr(0, 16)));
}

// Why a module that the store holds as signed is not what signing would give; empty when it is.
std::string distrust_module(work::Work& work, X509& certificate, const store::Entry& plain, const store::Entry* entry) {
  if (entry == nullptr || entry->type != store::Entry::Type::file) return fmt::format("{} is missing", plain.path);
  const std::string bytes = work.store().read(entry->digest);
  const auto parts = split_signature(bytes);
  if (!parts) return fmt::format("{} is not signed", plain.path);
  if (digest_of(parts->content) != plain.digest) return fmt::format("{} is another module", plain.path);
  if (verifies(parts->content, parts->signature, certificate)) return {};
  return fmt::format("the signature of {} is not the certificate's", plain.path);
}

// The key under which a result was found says what it was made from, not by whom; the store may be shared. So a
// signed module is believed for its signature alone, whoever says what.
std::string distrust_modules(work::Work& work, const work::Outputs& outputs) {
  const Certificate certificate = signing_certificate(work);
  const store::Manifest plain = work.store().manifest(work.input("modules"));
  const store::Manifest modules = work.store().manifest(outputs.at("modules"));
  if (modules.entries().size() != plain.entries().size()) return "it holds other files than were to be signed";
  for (const store::Entry& entry : plain.entries()) {
    const store::Entry* const found = modules.find(entry.path);
    if (is_module(entry)) {
      if (std::string why = distrust_module(work, *certificate, entry, found); !why.empty()) return why;
    } else if (found == nullptr || *found != entry) {
      return fmt::format("{} is not what was to be signed", entry.path);
    }
  }
  return {};
}

}  // namespace

const work::Kind& sign_action() {
  static const work::Kind kind{"kernel.sign", 2, {}, sign_modules, false, distrust_modules};
  return kind;
}

}  // namespace kjx::kernel
