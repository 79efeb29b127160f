#include <gmock/gmock.h>

#include "diag/testing.h"
#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/module_signature.h"
#include "kernel/test_key.h"
#include "work/fake_work.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;
using store::Entry;

class Sign : public ::testing::Test {
 protected:
  Sign() {
    write_file(folder.path() / "key.pem", private_pem(test_key()), 0600);
    work.secrets["key"] = folder.path() / "key.pem";
    work.add_file("certificate.pem", to_pem(*certificate));
    store::Manifest modules;
    add(modules, "lib/modules/6.1.0/kernel/fs/x.ko", "module x");
    add(modules, "lib/modules/6.1.0/modules.dep", "kernel/fs/x.ko:\n");
    modules.complete_parents();
    work.add_tree("modules", modules);
  }
  void add(store::Manifest& manifest, const std::string& path, const std::string& bytes) {
    Entry entry{.path = path, .mode = 0644, .digest = work.store().put(bytes), .size = bytes.size()};
    manifest.add(entry);
  }
  std::string signed_bytes(work::FakeWork& from) {
    const store::Manifest modules = from.tree("modules");
    return from.store().read(modules.find("lib/modules/6.1.0/kernel/fs/x.ko")->digest);
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-sign"};
  work::FakeWork work{folder.path() / "one"};
  Certificate certificate = derive_certificate(test_key(), "kjx", 1700000000);
};

TEST_F(Sign, SignsModulesAndLeavesTheRestAlone) {
  work.said = nullptr;  // a plan with nothing to say
  const auto before = work.store().manifest(work.input("modules"));
  sign_action().run(work);
  const auto after = work.tree("modules");
  ASSERT_EQ(after.entries().size(), before.entries().size());
  EXPECT_EQ(*after.find("lib/modules/6.1.0/modules.dep"), *before.find("lib/modules/6.1.0/modules.dep"));
  const Entry* entry = after.find("lib/modules/6.1.0/kernel/fs/x.ko");
  const std::string bytes = signed_bytes(work);
  EXPECT_EQ(entry->size, bytes.size());
  const auto parts = split_signature(bytes);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->content, "module x");
  EXPECT_TRUE(verifies(parts->content, parts->signature, *certificate));
  EXPECT_EQ(work.outputs.count("signatures"), 0u);
}

TEST_F(Sign, PublishesSignaturesFromWhichAnybodyMakesTheSameBytes) {
  work.said["publish"] = true;
  sign_action().run(work);
  const auto published = work.tree("signatures").find("kernel/fs/x.ko")->digest;

  work::FakeWork other(folder.path() / "two");
  other.add_tree("modules", work.store().manifest(work.input("modules")));
  (void)other.store().put("module x");
  (void)other.store().put("kernel/fs/x.ko:\n");
  other.add_file("certificate.pem", to_pem(*certificate));
  other.add_file("signature/kernel/fs/x.ko", work.store().read(published));
  sign_action().run(other);
  EXPECT_EQ(other.outputs.at("modules"), work.outputs.at("modules"));
}

TEST_F(Sign, RefusesPublishedSignaturesThatDoNotFit) {
  work.add_file("signature/kernel/fs/x.ko", signature_of("module y", test_key(), *certificate));
  expect_failure([&] { sign_action().run(work); },
                 "error: the published signature of lib/modules/6.1.0/kernel/fs/x.ko does not fit this build's module "
                 "[bad-signature]\n"
                 "  help: the module's bytes differ from the release's: other sources, configuration or tools\n");
}

TEST_F(Sign, RefusesAKeyOfAnotherCertificate) {
  const PrivateKey other(EVP_RSA_gen(2048));
  write_file(folder.path() / "key.pem", private_pem(*other), 0600);
  try {
    sign_action().run(work);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics.front().kind, kjx::Kind::bad_key);
  }
  EXPECT_TRUE(work.outputs.empty());
}

TEST_F(Sign, LeavesNoTraceOfTheKey) {
  sign_action().run(work);
  const std::string pem = private_pem(test_key());
  const std::string line = pem.substr(pem.find('\n') + 1, 64);
  const Bio der(BIO_new(BIO_s_mem()));
  i2d_PrivateKey_bio(der.get(), &test_key());
  const std::string number = text_of(*der).substr(text_of(*der).size() - 100, 40);  // within the CRT numbers
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(work.root)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string bytes = read_file(entry.path());
    EXPECT_EQ(bytes.find(line), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find(number), std::string::npos) << entry.path();
  }
  EXPECT_GT(files, 4);
  for (const auto& text : work.log_lines) EXPECT_EQ(text.find("key.pem"), std::string::npos);
}

}  // namespace
}  // namespace kjx::kernel
