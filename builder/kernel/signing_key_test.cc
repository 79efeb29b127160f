#include "kernel/signing_key.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <vector>

#include "base/file.h"
#include "kernel/certificate.h"
#include "kernel/test_key.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;

class Keys : public ::testing::Test {
 protected:
  Keys() { ::setenv("KJX_KEYS", (folder.path() / "keys").c_str(), 1); }
  ~Keys() override { ::unsetenv("KJX_KEYS"); }

  fs::path file(const std::string& name, const std::string& text, std::uint32_t mode = 0600) {
    write_file(folder.path() / name, text, mode);
    return folder.path() / name;
  }
  // A key of a test's size where `generate` would have made one.
  fs::path plant() { return file("keys/tiny/module-signing.pem", private_pem(test_key())); }

  static KeyRequest own(fs::path path) { return {.distro = "tiny", .epoch = 5, .path = std::move(path)}; }
  static std::string refusal(const KeyRequest& request) {
    try {
      (void)signing_key(request);
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.diagnostics.front().kind, kjx::Kind::bad_key);
      const auto& first = failure.diagnostics.front();
      return first.message + (first.help.empty() ? "" : "\n" + first.help);
    }
    return "taken";
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-keys"};
};

std::uint32_t mode_of(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

TEST_F(Keys, AreMadeOncePrivateAndWithTheirCertificate) {
  const KeyRequest request{.distro = "tiny", .epoch = 1700000000};
  std::vector<SigningKey> made(2);
  std::thread other([&] { made[1] = signing_key(request); });
  made[0] = signing_key(request);
  other.join();
  EXPECT_EQ(made[0].fingerprint, made[1].fingerprint);
  EXPECT_EQ(mode_of(made[0].path), 0600u);
  EXPECT_EQ(mode_of(made[0].path.parent_path()), 0700u);
  EXPECT_EQ(read_file(made[0].path.parent_path() / "certificate.pem"), made[0].certificate_pem);
  EXPECT_EQ(EVP_PKEY_get_bits(read_private_key(made[0].path, {}).get()), 4096);
}

TEST_F(Keys, AreKeptAndTheCertificateIsDerivedAgain) {
  const auto path = plant();
  fs::permissions(path.parent_path(), fs::perms::owner_all);
  const auto before = read_file(path);
  const auto first = signing_key({.distro = "tiny", .epoch = 5});
  fs::remove(path.parent_path() / "certificate.pem");
  const auto second = signing_key({.distro = "tiny", .epoch = 5});
  EXPECT_EQ(first.certificate_pem, second.certificate_pem);
  EXPECT_EQ(read_file(path), before);
  EXPECT_TRUE(fs::exists(path.parent_path() / "certificate.pem"));
  EXPECT_NE(signing_key({.distro = "tiny", .epoch = 6}).fingerprint, first.fingerprint);
}

TEST_F(Keys, OfOnesOwnBringTheirCertificateOrHaveItDerived) {
  const auto certificate = derive_certificate(test_key(), "elsewhere", 77);
  const auto alone = file("key.pem", private_pem(test_key()));
  const auto both = file("both.pem", private_pem(test_key()) + to_pem(*certificate));
  const auto apart = file("apart.pem", to_pem(*certificate), 0644);
  EXPECT_EQ(signing_key(own(alone)).fingerprint, fingerprint(*derive_certificate(test_key(), "tiny", 5)));
  EXPECT_EQ(signing_key(own(both)).fingerprint, fingerprint(*certificate));
  KeyRequest request = own(alone);
  request.certificate = apart;
  EXPECT_EQ(signing_key(request).certificate_pem, to_pem(*certificate));
  EXPECT_EQ(signing_key(request).path, alone);
}

TEST_F(Keys, ReadableByOthersAreRefusedWithTheRemedy) {
  const auto path = file("key.pem", private_pem(test_key()), 0640);
  EXPECT_EQ(refusal(own(path)),
            fmt::format("the key {0} can be read by others (mode 0640)\nrun: chmod 600 {0}", path.string()));
  const auto planted = plant();
  fs::permissions(planted.parent_path(), fs::perms(0755));
  EXPECT_THAT(refusal({.distro = "tiny"}), ::testing::EndsWith("run: chmod 700 " + planted.parent_path().string()));
}

TEST_F(Keys, ThatAreEncryptedShortOrNotRsaAreRefused) {
  const auto encrypted = file("a.pem", private_pem(test_key(), EVP_aes_256_cbc()));
  EXPECT_THAT(refusal(own(encrypted)), ::testing::StartsWith("the key " + encrypted.string() + " is encrypted\n"));
  const PrivateKey small(EVP_RSA_gen(1024));
  EXPECT_EQ(refusal(own(file("b.pem", private_pem(*small)))),
            "the key " + (folder.path() / "b.pem").string() +
                " has 1024 bits, at least 2048 are wanted\n"
                "make another one: openssl genrsa -out FILE 4096 && chmod 600 FILE");
  const PrivateKey curve(EVP_EC_gen("P-256"));
  EXPECT_EQ(refusal(own(file("c.pem", private_pem(*curve)))),
            "the key " + (folder.path() / "c.pem").string() +
                " is of type EC, not RSA\nonly RSA (PKCS#1 v1.5) signatures are the same in every build");
  EXPECT_THAT(refusal(own(file("d.pem", "hello\n"))), ::testing::StartsWith("there is no private key in "));
  EXPECT_THAT(refusal(own(folder.path() / "absent")),
              ::testing::HasSubstr("absent: No such file or directory\n`key: {mode: generate}`"));
  EXPECT_THAT(refusal(own(folder.path())), ::testing::EndsWith(" is not a file"));
}

TEST_F(Keys, WithACertificateThatIsOverAreRefused) {
  const auto old = derive_certificate(test_key(), "tiny", 5);
  ASN1_TIME_adj(X509_getm_notAfter(old.get()), 5, 1, 0);
  ASSERT_GT(X509_sign(old.get(), &test_key(), EVP_sha256()), 0);
  KeyRequest request = own(file("both.pem", private_pem(test_key()) + to_pem(*old)));
  EXPECT_EQ(signing_key(request).fingerprint, fingerprint(*old));
  request.epoch = 3 * 86400;
  EXPECT_THAT(refusal(request), ::testing::HasSubstr("both.pem ended on 1970-01-02, before the distro's epoch"));
  request = own(file("key.pem", private_pem(test_key())));
  request.epoch = 3 * 86400;
  request.certificate = file("old.pem", to_pem(*old));
  EXPECT_THAT(refusal(request), ::testing::HasSubstr("old.pem ended on 1970-01-02, before the distro's epoch"));
}

TEST_F(Keys, AreNotNeededWhereSignaturesArePublished) {
  const auto theirs = derive_certificate(test_key(), "tiny", 5);
  KeyRequest request{.distro = "tiny", .epoch = 5};
  request.certificate = file("certificate.pem", to_pem(*theirs), 0644);
  const SigningKey key = signing_key(request);
  EXPECT_EQ(key.path, "");
  EXPECT_EQ(key.certificate_pem, to_pem(*theirs));
  EXPECT_EQ(key.fingerprint, fingerprint(*theirs));
  EXPECT_FALSE(fs::exists(keys_root()));  // none was made either
  request.certificate = folder.path() / "absent.pem";
  EXPECT_THAT(refusal(request), ::testing::StartsWith("there is no certificate " + request.certificate->string()));
  request.certificate = file("no.pem", "hello");
  EXPECT_THAT(refusal(request), ::testing::StartsWith("there is no certificate in " + request.certificate->string()));
}

TEST_F(Keys, OfAnotherCertificateAreRefused) {
  const PrivateKey other(EVP_RSA_gen(2048));
  const auto theirs = derive_certificate(*other, "tiny", 5);
  const auto path = file("both.pem", private_pem(test_key()) + to_pem(*theirs));
  EXPECT_THAT(refusal(own(path)),
              ::testing::StartsWith("the key " + path.string() + " does not belong to the certificate " +
                                    fingerprint(*theirs).substr(0, 16)));
}

}  // namespace
}  // namespace kjx::kernel
