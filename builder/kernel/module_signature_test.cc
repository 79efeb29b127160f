#include "kernel/module_signature.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "base/file.h"
#include "base/process.h"
#include "kernel/certificate.h"
#include "kernel/test_key.h"

namespace kjx::kernel {
namespace {

const std::string module = std::string(
                               "\x7f"
                               "ELF\0\r\n a module\n",
                               16) +
                           std::string(5000, '\r');

X509& certificate() {
  static const Certificate made = derive_certificate(test_key(), "kjx", 1700000000);
  return *made;
}

std::string signed_module() { return with_signature(module, signature_of(module, test_key(), certificate())); }

class InFolder : public ::testing::Test {
 protected:
  InFolder() {
    write_file(path("key.pem"), private_pem(test_key()), 0600);
    write_file(path("certificate.pem"), to_pem(certificate()));
    write_file(path("module.ko"), module);
  }
  [[nodiscard]] std::string path(const char* name) const { return (folder.path() / name).string(); }

  TemporaryFolder folder{std::filesystem::temp_directory_path(), "kjx-signature"};
};

TEST(ModuleSignature, IsTheSameBytesEveryTime) { EXPECT_EQ(signed_module(), signed_module()); }

TEST(ModuleSignature, ComesApartAgainAndVerifies) {
  const std::string whole = signed_module();
  const auto parts = split_signature(whole);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->content, module);
  EXPECT_TRUE(verifies(parts->content, parts->signature, certificate()));
}

TEST(ModuleSignature, RefusesOneChangedByteAnywhere) {
  const std::string whole = signed_module();
  const auto good = [](const std::string& bytes) {
    const auto parts = split_signature(bytes);
    return parts && verifies(parts->content, parts->signature, certificate());
  };
  ASSERT_TRUE(good(whole));
  for (const std::size_t at : {std::size_t{0}, module.size() - 1, module.size() + 20, whole.size() - 200,
                               whole.size() - 30, whole.size() - 34, whole.size() - 5}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    EXPECT_FALSE(good(changed)) << "byte " << at << " of " << whole.size();
  }
}

TEST(ModuleSignature, RefusesAnotherKeysCertificate) {
  const PrivateKey other(EVP_RSA_gen(2048));
  const Certificate theirs = derive_certificate(*other, "kjx", 1700000000);
  const std::string whole = signed_module();
  const auto parts = split_signature(whole);
  EXPECT_FALSE(verifies(parts->content, parts->signature, *theirs));
}

TEST(ModuleSignature, IsNotFoundWhereThereIsNone) {
  EXPECT_FALSE(split_signature(""));
  EXPECT_FALSE(split_signature(module));
  EXPECT_FALSE(split_signature("~Module signature appended~\n"));
  const std::string whole = signed_module();
  EXPECT_FALSE(split_signature(whole.substr(whole.size() - 100)));  // a length beyond the beginning
  EXPECT_FALSE(verifies(module, "no DER", certificate()));
  EXPECT_FALSE(verifies(module, "", certificate()));
}

TEST_F(InFolder, EqualsWhatTheOpensslProgramMakes) {
  const auto made = capture({.argv = {"openssl", "cms", "-sign", "-binary", "-noattr", "-nocerts", "-nosmimecap", "-md",
                                      "sha256", "-in", path("module.ko"), "-signer", path("certificate.pem"), "-inkey",
                                      path("key.pem"), "-outform", "DER", "-out", path("der")}});
  ASSERT_TRUE(made.exit.ok()) << made.output;
  EXPECT_EQ(signature_of(module, test_key(), certificate()), read_file(path("der")));
}

// KJX_SIGN_FILE=<a kernel build's scripts/sign-file>
TEST_F(InFolder, EqualsWhatTheKernelsOwnProgramMakes) {
  const char* sign_file = std::getenv("KJX_SIGN_FILE");
  if (sign_file == nullptr) GTEST_SKIP() << "KJX_SIGN_FILE is not set";
  const auto made =
      capture({.argv = {sign_file, "sha256", path("key.pem"), path("certificate.pem"), path("module.ko")}});
  ASSERT_TRUE(made.exit.ok()) << made.output;
  EXPECT_EQ(signed_module(), read_file(path("module.ko")));
}

}  // namespace
}  // namespace kjx::kernel
