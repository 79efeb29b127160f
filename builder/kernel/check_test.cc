#include <gmock/gmock.h>

#include "diag/testing.h"
#include "kernel/boot_image.h"
#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/module_signature.h"
#include "kernel/test_boot_image.h"
#include "kernel/test_key.h"
#include "work/fake_work.h"

namespace kjx::kernel {
namespace {

const std::string vermagic = "6.1.0-kjx SMP mod_unload ";

std::string module_for(const std::string& magic) {
  return std::string(
             "\x7f"
             "ELF",
             4) +
         "vermagic=" + magic + '\0';
}

class Check : public ::testing::Test {
 protected:
  Check() { kernel("rodata " + vermagic + '\0' + to_der(*certificate) + "more"); }

  void kernel(const std::string& inside) {
    give("kernel", work.store().put(bzimage("6.1.0-kjx (kjx@kjx) #1", xz("\x7f"
                                                                         "ELF" +
                                                                         inside))));
  }
  void give(const std::string& slot, const Digest& digest) {
    std::erase_if(work.given, [&](const auto& one) { return one.first == slot; });
    work.given.emplace_back(slot, digest);
  }
  void module(const std::string& name, const std::string& bytes) {
    modules.add({.path = "lib/" + name, .mode = 0644, .digest = work.store().put(bytes), .size = bytes.size()});
  }
  std::string sign(const std::string& bytes) {
    return with_signature(bytes, signature_of(bytes, test_key(), *certificate));
  }
  void run() {
    modules.complete_parents();
    work.add_tree("modules", modules);
    work.add_file("certificate.pem", to_pem(*certificate));
    if (!work.has_input("config1")) give("config1", work.store().put("CONFIG_A=y\n"));
    if (!work.has_input("config2")) give("config2", work.store().put("CONFIG_A=y\n"));
    check_action().run(work);
  }

  TemporaryFolder folder{std::filesystem::temp_directory_path(), "kjx-check"};
  work::FakeWork work{folder.path()};
  Certificate certificate = derive_certificate(test_key(), "kjx", 1700000000);
  store::Manifest modules;
};

TEST_F(Check, PassesWhatBelongsTogether) {
  module("a.ko", sign(module_for(vermagic)));
  module("modules.dep", "no module");
  run();
  const auto checked = nlohmann::json::parse(work.store().read(work.outputs.at("checked")));
  EXPECT_EQ(checked,
            (nlohmann::json{{"release", "6.1.0-kjx"}, {"modules", 1}, {"certificate", fingerprint(*certificate)}}));
}

TEST_F(Check, NamesEveryModuleThatIsWrong) {
  std::string tampered = sign(module_for(vermagic));
  tampered[2] = 'F';
  module("a.ko", module_for(vermagic));
  module("b.ko", tampered);
  module("c.ko", sign(module_for("6.1.0-other SMP mod_unload ")));
  module("d.ko", sign(module_for("6.1.0-kjx mod_unload ")));
  module("e.ko", sign("no vermagic"));
  expect_failure([&] { run(); },
                 "error: module lib/a.ko is not signed [bad-signature]\n"
                 "error: module lib/b.ko has a signature that is not the certificate's [bad-signature]\n"
                 "  help: its bytes or the key changed after signing\n"
                 "error: module lib/c.ko was made for another kernel (6.1.0-other SMP mod_unload ) [bad-signature]\n"
                 "error: module lib/d.ko was made for another kernel (6.1.0-kjx mod_unload ) [bad-signature]\n"
                 "error: module lib/e.ko says for no kernel it was made [bad-signature]\n");
  EXPECT_TRUE(work.outputs.empty());
}

TEST_F(Check, WantsTheCertificateInTheKernel) {
  kernel(vermagic + '\0');
  expect_failure([&] { run(); },
                 "error: the kernel does not hold the certificate " + fingerprint(*certificate).substr(0, 16) +
                     " [bad-signature]\n"
                     "  help: is CONFIG_SYSTEM_TRUSTED_KEYS=\"/kjx/keys/certificate.pem\" asked for?\n");
}

TEST_F(Check, WantsOneConfiguration) {
  give("config1", work.store().put("CONFIG_A=y\n"));
  give("config2", work.store().put("CONFIG_A=y\nCONFIG_B=y\n"));
  expect_failure([&] { run(); },
                 "error: the two stages were configured differently [config-not-kept]\n"
                 "  help: stage 2 has: CONFIG_B=y\n");
}

TEST_F(Check, WantsOneRelease) {
  give("release", work.store().put("6.1.0-other"));
  expect_failure([&] { run(); }, "error: the kernel is 6.1.0-kjx, its modules are for 6.1.0-other [bad-signature]\n");
}

TEST_F(Check, LooksAgainAtWhatTheStoreKnowsAsChecked) {
  module("a.ko", sign(module_for(vermagic)));
  run();
  const auto checked = work.outputs;
  EXPECT_EQ(check_action().distrust(work, checked), "");
  EXPECT_EQ(check_action().distrust(work, {{"checked", work.store().put("all is well")}}),
            "it says other things of kernel and modules");
  modules.entries().back().digest = work.store().put(module_for(vermagic));
  give("modules", work.store().put(modules));
  EXPECT_THROW((void)check_action().distrust(work, checked), Failure);
}

TEST_F(Check, SaysWhenItCannotLookInside) {
  give("kernel", work.store().put(bzimage("6.1.0-kjx", "packed by nobody")));
  try {
    run();
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics.front().message,
              "cannot look into the kernel: its payload is packed in a way unknown here");
  }
}

}  // namespace
}  // namespace kjx::kernel
