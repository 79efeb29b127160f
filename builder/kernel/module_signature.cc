#include "kernel/module_signature.h"

#include <climits>
#include <cstdint>
#include <stdexcept>

namespace kjx::kernel {
namespace {

// include/linux/module_signature.h: MODULE_SIG_STRING, and `id_type` PKEY_ID_PKCS7.
constexpr std::string_view marker = "~Module signature appended~\n";
constexpr char id_type_pkcs7 = 2;
constexpr std::size_t trailer_size = 12;  // algo, hash, id_type, signer_len, key_id_len, 3 of padding, sig_len (be32)

std::string trailer(std::uint32_t length) {
  std::string bytes(trailer_size, '\0');
  bytes[2] = id_type_pkcs7;
  for (int i = 0; i < 4; ++i) bytes[8 + i] = static_cast<char>(length >> (24 - 8 * i));
  return bytes;
}

std::uint32_t length_in(std::string_view bytes) {
  std::uint32_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[8 + i]);
  return length;
}

Cms parse_cms(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  if (at != end) cms.reset();
  return cms;
}

}  // namespace

std::optional<SignedModule> split_signature(std::string_view module) {
  if (!module.ends_with(marker)) return std::nullopt;
  module.remove_suffix(marker.size());
  if (module.size() < trailer_size) return std::nullopt;
  const std::string_view end = module.substr(module.size() - trailer_size);
  module.remove_suffix(trailer_size);
  const std::uint32_t length = length_in(end);
  if (end != trailer(length) || length > module.size()) return std::nullopt;
  return SignedModule{module.substr(0, module.size() - length), module.substr(module.size() - length)};
}

std::string signature_of(std::string_view module, EVP_PKEY& key, X509& certificate) {
  if (module.size() > INT_MAX) throw std::runtime_error("the module is too large");
  constexpr unsigned int flags = CMS_NOCERTS | CMS_PARTIAL | CMS_BINARY | CMS_DETACHED | CMS_STREAM;
  const Bio content = bio_of(module);
  const Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  if (!cms ||
      CMS_add1_signer(cms.get(), &certificate, &key, EVP_sha256(),
                      CMS_NOCERTS | CMS_BINARY | CMS_NOSMIMECAP | CMS_NOATTR) == nullptr ||
      CMS_final(cms.get(), content.get(), nullptr, CMS_NOCERTS | CMS_BINARY) != 1) {
    throw std::runtime_error(openssl_error());
  }
  const Bio out(BIO_new(BIO_s_mem()));
  if (i2d_CMS_bio(out.get(), cms.get()) != 1) throw std::runtime_error(openssl_error());
  return text_of(*out);
}

std::string with_signature(std::string_view module, std::string_view signature) {
  std::string whole;
  whole.reserve(module.size() + signature.size() + trailer_size + marker.size());
  whole.append(module).append(signature).append(trailer(static_cast<std::uint32_t>(signature.size()))).append(marker);
  return whole;
}

bool verifies(std::string_view content, std::string_view signature, X509& certificate) {
  const Cms cms = parse_cms(signature);
  const std::unique_ptr<STACK_OF(X509), OpensslFree> known(sk_X509_new_null());
  if (!cms || !known || sk_X509_push(known.get(), &certificate) == 0 || content.size() > INT_MAX) {
    (void)openssl_error();
    return false;
  }
  // The kernel trusts the certificate because it is built in, not because of who issued it or when.
  constexpr unsigned int flags = CMS_BINARY | CMS_DETACHED | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;
  const Bio bytes = bio_of(content);
  const bool good = CMS_verify(cms.get(), known.get(), nullptr, bytes.get(), nullptr, flags) == 1;
  if (!good) (void)openssl_error();
  return good;
}

}  // namespace kjx::kernel
