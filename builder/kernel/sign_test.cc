#include <gmock/gmock.h>

#include "diag/testing.h"
#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/module_signature.h"
#include "kernel/published.h"
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

  // Somebody without the key, in a store of his own, who builds the same modules.
  void detach(work::FakeWork& other) {
    other.said["detached"] = true;
    other.add_tree("modules", work.store().manifest(work.input("modules")));
    (void)other.store().put("module x");
    (void)other.store().put("kernel/fs/x.ko:\n");
    other.add_file("certificate.pem", to_pem(*certificate));
  }
  static std::string name_for(const std::string& bytes) {
    return "signature/kernel/fs/x.ko." + digest_of(bytes).hex() + ".p7s";
  }
  // What the signing action says to outputs that the store might know.
  std::string doubt(const store::Manifest& modules) {
    return sign_action().distrust(work, {{"modules", work.store().put(modules)}});
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
}

TEST_F(Sign, PublishesSignaturesFromWhichAnybodyMakesTheSameBytes) {
  sign_action().run(work);
  const auto signatures = work.tree("signatures");
  const auto* published = signatures.find(name_for("module x").substr(10));
  ASSERT_NE(published, nullptr);
  EXPECT_EQ(signatures.find("kernel/fs/modules.dep"), nullptr);

  work::FakeWork other(folder.path() / "two");
  detach(other);
  other.add_file(name_for("module x"), work.store().read(published->digest));
  other.add_file(name_for("a module of another kernel"), "whatever");
  sign_action().run(other);
  EXPECT_EQ(other.outputs, work.outputs);
}

TEST_F(Sign, RefusesPublishedSignaturesThatDoNotFit) {
  const std::string good = signature_of("module x", test_key(), *certificate);
  const auto refusal = [&](const std::string& slot, const std::string& signature, const std::string& expected) {
    work::FakeWork other(folder.path() / digest_of(slot + signature).hex());
    detach(other);
    if (!slot.empty()) other.add_file(slot, signature);
    expect_failure([&] { sign_action().run(other); }, expected);
    EXPECT_TRUE(other.outputs.empty());
  };
  refusal("", "",
          "error: there is no published signature of lib/modules/6.1.0/kernel/fs/x.ko [bad-signature]\n"
          "  help: is `signatures:` the folder of this very release, and the kernel's configuration the same?\n");
  refusal(name_for("module y"), signature_of("module y", test_key(), *certificate),
          "error: the published signature of lib/modules/6.1.0/kernel/fs/x.ko is for other bytes (sha256 " +
              digest_of("module y").hex().substr(0, 16) + "; here " + digest_of("module x").hex().substr(0, 16) +
              ") [bad-signature]\n"
              "  help: the module's bytes differ from the release's: other sources, configuration or tools\n");
  const std::string foreign =
      "error: the published signature of lib/modules/6.1.0/kernel/fs/x.ko does not verify with "
      "the certificate " +
      fingerprint(*certificate).substr(0, 16) +
      " [bad-signature]\n"
      "  help: it is damaged or another key's: take certificate and signatures from one release\n";
  refusal(name_for("module x"), signature_of("module y", test_key(), *certificate), foreign);
  refusal(name_for("module x"), good.substr(0, good.size() - 1), foreign);
  const PrivateKey key(EVP_RSA_gen(2048));
  refusal(name_for("module x"), signature_of("module x", *key, *derive_certificate(*key, "kjx", 1700000000)), foreign);
}

TEST_F(Sign, NamesEveryModuleWithoutASignature) {
  work::FakeWork other(folder.path() / "two");
  other.said["detached"] = true;
  other.add_file("certificate.pem", to_pem(*certificate));
  store::Manifest modules;
  for (const char* name : {"a", "b"}) {
    modules.add({.path = std::string("lib/modules/6.1.0/") + name + ".ko", .digest = other.store().put(name)});
  }
  modules.complete_parents();
  other.add_tree("modules", modules);
  try {
    sign_action().run(other);
    FAIL();
  } catch (const Failure& failure) {
    ASSERT_EQ(failure.diagnostics.size(), 2u);
    EXPECT_EQ(failure.diagnostics[1].message, "there is no published signature of lib/modules/6.1.0/b.ko");
  }
}

TEST_F(Sign, TrustsAKnownResultForItsSignaturesAlone) {
  sign_action().run(work);
  const auto good = work.tree("modules");
  EXPECT_EQ(doubt(good), "");
  const auto with_module = [&](const std::string& bytes) {
    store::Manifest modules = good;
    for (Entry& entry : modules.entries()) {
      if (entry.path.ends_with(".ko")) entry.digest = work.store().put(bytes);
    }
    return doubt(modules);
  };
  const std::string path = "lib/modules/6.1.0/kernel/fs/x.ko";
  const PrivateKey other(EVP_RSA_gen(2048));
  EXPECT_EQ(with_module(with_signature(
                "module x", signature_of("module x", *other, *derive_certificate(*other, "kjx", 1700000000)))),
            "the signature of " + path + " is not the certificate's");
  EXPECT_EQ(with_module("module x"), path + " is not signed");
  EXPECT_EQ(with_module(with_signature("module y", signature_of("module y", test_key(), *certificate))),
            path + " is another module");
  store::Manifest more = good;
  more.add({.path = "lib/more", .digest = work.store().put("more")});
  more.sort();
  EXPECT_EQ(doubt(more), "it holds other files than were to be signed");
  store::Manifest changed = good;
  changed.entries().back().digest = work.store().put("other text");
  EXPECT_EQ(doubt(changed), "lib/modules/6.1.0/modules.dep is not what was to be signed");
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
