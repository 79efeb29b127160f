#include "kernel/certificate.h"

#include <gmock/gmock.h>
#include <openssl/x509v3.h>

#include "kernel/test_key.h"

namespace kjx::kernel {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t epoch = 1700000000;  // 2023-11-14T22:13:20Z

std::string printed(X509& certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  X509_print(out.get(), &certificate);
  return text_of(*out);
}

TEST(Certificate, IsTheSameBytesEveryTime) {
  const auto first = derive_certificate(test_key(), "kjx", epoch);
  const auto second = derive_certificate(test_key(), "kjx", epoch);
  EXPECT_EQ(to_der(*first), to_der(*second));
}

TEST(Certificate, OneThatIsKnownIsTakenOnlyIfItIsTheSame) {
  const auto first = derive_certificate(test_key(), "kjx", epoch);
  EXPECT_EQ(derive_certificate(test_key(), "kjx", epoch, first.get()).get(), first.get());
  EXPECT_NE(derive_certificate(test_key(), "other", epoch, first.get()).get(), first.get());
  // The same words, but another signature.
  auto der = to_der(*first);
  der.back() ^= 1;
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const Certificate forged(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  ASSERT_TRUE(forged);
  const auto made = derive_certificate(test_key(), "kjx", epoch, forged.get());
  EXPECT_EQ(to_der(*made), to_der(*first));
}

TEST(Certificate, DependsOnDistroEpochAndKey) {
  const auto der = [](EVP_PKEY& key, const char* distro, std::int64_t time) {
    return to_der(*derive_certificate(key, distro, time));
  };
  const PrivateKey other(EVP_RSA_gen(2048));
  const auto base = der(test_key(), "kjx", epoch);
  EXPECT_NE(base, der(test_key(), "other", epoch));
  EXPECT_NE(base, der(test_key(), "kjx", epoch + 1));
  EXPECT_NE(base, der(*other, "kjx", epoch));
}

TEST(Certificate, SaysWhatTheKernelWantsToRead) {
  const auto text = printed(*derive_certificate(test_key(), "tiny", epoch));
  for (const char* part :
       {"Version: 3", "Serial Number: 1 (0x1)", "sha256WithRSAEncryption", "Issuer: CN=kjx tiny module signing",
        "Subject: CN=kjx tiny module signing", "Not Before: Nov 14 22:13:20 2023 GMT",
        "Not After : Nov 15 22:13:20 2123 GMT", "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Key Usage: \n                Digital Signature",
        "X509v3 Subject Key Identifier:", "X509v3 Authority Key Identifier:"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(Certificate, IsSignedByItsOwnKey) {
  const auto made = derive_certificate(test_key(), "kjx", epoch);
  EXPECT_EQ(X509_verify(made.get(), &test_key()), 1);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_subject_key_id(made.get()), X509_get0_authority_key_id(made.get())), 0);
}

TEST(Certificate, ComesBackFromPem) {
  const auto made = derive_certificate(test_key(), "kjx", epoch);
  const auto read = certificate_from_pem("some text before\n" + to_pem(*made));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_der(*read), to_der(*made));
  EXPECT_EQ(fingerprint(*read).size(), 64u);
  EXPECT_FALSE(certificate_from_pem("no certificate"));
}

}  // namespace
}  // namespace kjx::kernel
