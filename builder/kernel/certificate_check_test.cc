#include "kernel/certificate_check.h"

#include <gtest/gtest.h>

#include "diag/testing.h"
#include "kernel/certificate.h"
#include "kernel/test_key.h"

namespace kjx::kernel {
namespace {

constexpr std::int64_t check_epoch = 1767225600;  // 2026-01-01T00:00:00Z
constexpr std::int64_t day = 86400;

// Self-signed for `days` from the epoch on (or before it, for a negative number).
Certificate self_signed(EVP_PKEY& key, const EVP_MD* digest, int days = 10) {
  Certificate certificate = derive_certificate(test_key(), "tiny", check_epoch);
  EXPECT_EQ(X509_set_pubkey(certificate.get(), &key), 1);
  EXPECT_NE(ASN1_TIME_adj(X509_getm_notBefore(certificate.get()), check_epoch, days < 0 ? days - 10 : 0, 0), nullptr);
  EXPECT_NE(ASN1_TIME_adj(X509_getm_notAfter(certificate.get()), check_epoch, days, 0), nullptr);
  EXPECT_GT(X509_sign(certificate.get(), &key, digest), 0);
  return certificate;
}

void take(X509& certificate, std::int64_t at = check_epoch) { check_certificate(certificate, "c.pem", at, {}); }

const std::string anew_help =
    "  help: make it anew: openssl req -new -x509 -sha256 -days 36500 -subj /CN=modules -key KEY.pem -out "
    "CERTIFICATE.pem\n";

TEST(CertificateCheck, TakesWhatIsStrongAndHoldsAtTheEpoch) {
  take(*derive_certificate(test_key(), "tiny", check_epoch));
  take(*self_signed(test_key(), EVP_sha512()));
  take(*self_signed(test_key(), EVP_sha256(), 0));
  take(*self_signed(test_key(), EVP_sha256()), check_epoch - 100 * day);  // begins later
}

TEST(CertificateCheck, RefusesDigestsThatCanBeForged) {
  expect_failure(
      [] { take(*self_signed(test_key(), EVP_sha1())); },
      "error: the certificate c.pem was signed with SHA1, at least SHA-256 is wanted [bad-key]\n" + anew_help);
  expect_failure(
      [] { take(*self_signed(test_key(), EVP_md5())); },
      "error: the certificate c.pem was signed with MD5, at least SHA-256 is wanted [bad-key]\n" + anew_help);
}

TEST(CertificateCheck, RefusesOtherAndShortKeys) {
  const PrivateKey small(EVP_RSA_gen(1024));
  expect_failure([&] { take(*self_signed(*small, EVP_sha256())); },
                 "error: the certificate c.pem is for a key of 1024 bits, at least 2048 are wanted [bad-key]\n"
                 "  help: make another key (openssl genrsa -out KEY.pem 4096) and its certificate\n");
  const PrivateKey curve(EVP_EC_gen("P-256"));
  expect_failure([&] { take(*self_signed(*curve, EVP_sha256())); },
                 "error: the certificate c.pem is for a key of type EC, not RSA [bad-key]\n"
                 "  help: only RSA (PKCS#1 v1.5) signatures are the same in every build\n");
}

TEST(CertificateCheck, MeasuresTheEndByTheEpochAndNotByTheClock) {
  expect_failure(
      [] { take(*self_signed(test_key(), EVP_sha256(), -1)); },
      "error: the certificate c.pem ended on 2025-12-31, before the distro's epoch (2026-01-01) [bad-key]\n" +
          anew_help);
  // Long over by any clock, but not at that epoch.
  take(*self_signed(test_key(), EVP_sha256(), -1), check_epoch - 5 * day);
}

}  // namespace
}  // namespace kjx::kernel
