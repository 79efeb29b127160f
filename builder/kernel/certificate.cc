#include "kernel/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "base/digest.h"

namespace kjx::kernel {
namespace {

constexpr int validity_days = 36525;  // 100 years

void need(bool done) {
  if (!done) throw std::runtime_error(openssl_error());
}

void name(X509& certificate, std::string_view distro) {
  const std::string common = "kjx " + std::string(distro) + " module signing";
  X509_NAME* subject = X509_get_subject_name(&certificate);
  need(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.data()),
                                  static_cast<int>(common.size()), -1, 0) == 1);
  need(X509_set_issuer_name(&certificate, subject) == 1);
}

void extend(X509& certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  need(extension != nullptr);
  const int added = X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
  need(added == 1);
}

Certificate unsigned_certificate(EVP_PKEY& key, std::string_view distro, std::int64_t epoch) {
  Certificate made(X509_new());
  need(made && X509_set_version(made.get(), X509_VERSION_3) == 1);
  need(ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1) == 1);
  need(ASN1_TIME_adj(X509_getm_notBefore(made.get()), epoch, 0, 0) != nullptr);
  need(ASN1_TIME_adj(X509_getm_notAfter(made.get()), epoch, validity_days, 0) != nullptr);
  name(*made, distro);
  need(X509_set_pubkey(made.get(), &key) == 1);
  extend(*made, NID_basic_constraints, "critical,CA:FALSE");
  extend(*made, NID_key_usage, "digitalSignature");
  extend(*made, NID_subject_key_identifier, "hash");
  // "always": OpenSSL leaves the identifier out of a certificate that names itself, the kernel looks for it.
  extend(*made, NID_authority_key_identifier, "keyid:always");
  // As X509_sign does; what is signed names the algorithm, too.
  need(X509_ALGOR_set0(const_cast<X509_ALGOR*>(X509_get0_tbs_sigalg(made.get())),
                       OBJ_nid2obj(NID_sha256WithRSAEncryption), V_ASN1_NULL, nullptr) == 1);
  return made;
}

std::string signed_part(X509& certificate) {
  const int size = i2d_re_X509_tbs(&certificate, nullptr);
  need(size > 0);
  std::string text(static_cast<std::size_t>(size), '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(text.data());
  need(i2d_re_X509_tbs(&certificate, &bytes) == size);
  return text;
}

}  // namespace

Certificate derive_certificate(EVP_PKEY& key, std::string_view distro, std::int64_t epoch, X509* known) {
  auto made = unsigned_certificate(key, distro, epoch);
  if (known != nullptr && signed_part(*known) == signed_part(*made) && X509_verify(known, &key) == 1) {
    need(X509_up_ref(known) == 1);
    return Certificate(known);
  }
  ERR_clear_error();
  need(X509_sign(made.get(), &key, EVP_sha256()) > 0);
  return made;
}

std::string to_pem(X509& certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  need(out && PEM_write_bio_X509(out.get(), &certificate) == 1);
  return text_of(*out);
}

std::string to_der(X509& certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  need(out && i2d_X509_bio(out.get(), &certificate) == 1);
  return text_of(*out);
}

Certificate certificate_from_pem(std::string_view text) {
  const Bio in = bio_of(text);
  Certificate read(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!read) (void)openssl_error();
  return read;
}

std::string fingerprint(X509& certificate) { return digest_of(to_der(certificate)).hex(); }

}  // namespace kjx::kernel
