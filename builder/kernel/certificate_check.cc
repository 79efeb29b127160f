#include "kernel/certificate_check.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace kjx::kernel {
namespace {

constexpr int least_digest_bytes = 32;  // SHA-256's
constexpr std::string_view made_anew =
    "make it anew: openssl req -new -x509 -sha256 -days 36500 -subj /CN=modules -key KEY.pem -out CERTIFICATE.pem";

[[noreturn]] void refuse_certificate(const Location& where, std::string message, std::string_view help) {
  throw Failure(Diagnostic{kjx::Kind::bad_key, where, std::move(message), std::string(help)});
}

void check_certificate_key(X509& certificate, std::string_view shown, const Location& where) {
  EVP_PKEY* const key = X509_get0_pubkey(&certificate);
  const bool rsa = key != nullptr && EVP_PKEY_is_a(key, "RSA") == 1;
  if (!rsa) {
    const char* const type = key != nullptr ? EVP_PKEY_get0_type_name(key) : nullptr;
    refuse_certificate(
        where,
        fmt::format("the certificate {} is for a key of type {}, not RSA", shown, type != nullptr ? type : "unknown"),
        "only RSA (PKCS#1 v1.5) signatures are the same in every build");
  }
  const int bits = EVP_PKEY_get_bits(key);
  if (bits >= least_key_bits) return;
  refuse_certificate(
      where,
      fmt::format("the certificate {} is for a key of {} bits, at least {} are wanted", shown, bits, least_key_bits),
      "make another key (openssl genrsa -out KEY.pem 4096) and its certificate");
}

void check_certificate_digest(X509& certificate, std::string_view shown, const Location& where) {
  int digest = NID_undef;
  (void)X509_get_signature_info(&certificate, &digest, nullptr, nullptr, nullptr);
  const EVP_MD* const md = EVP_get_digestbynid(digest);
  if (md != nullptr && EVP_MD_get_size(md) >= least_digest_bytes) return;
  refuse_certificate(where,
                     fmt::format("the certificate {} was signed with {}, at least SHA-256 is wanted", shown,
                                 md != nullptr ? OBJ_nid2sn(digest) : "an unknown digest"),
                     made_anew);
}

void check_certificate_dates(X509& certificate, std::string_view shown, std::int64_t epoch, const Location& where) {
  const ASN1_TIME* const end = X509_get0_notAfter(&certificate);
  std::tm last{};
  if (ASN1_TIME_to_tm(end, &last) != 1)
    refuse_certificate(where, fmt::format("the certificate {} has no end", shown), made_anew);
  if (ASN1_TIME_cmp_time_t(end, static_cast<std::time_t>(epoch)) >= 0) return;
  refuse_certificate(where,
                     fmt::format("the certificate {} ended on {:%Y-%m-%d}, before the distro's epoch ({:%Y-%m-%d})",
                                 shown, last, fmt::gmtime(static_cast<std::time_t>(epoch))),
                     made_anew);
}

}  // namespace

void check_certificate(X509& certificate, std::string_view shown, std::int64_t epoch, const Location& where) {
  check_certificate_key(certificate, shown, where);
  check_certificate_digest(certificate, shown, where);
  check_certificate_dates(certificate, shown, epoch, where);
}

}  // namespace kjx::kernel
