// A store may hold results that somebody else put there: what is signed is believed for its signature alone.
#include <gmock/gmock.h>

#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/module_signature.h"
#include "kernel/published.h"
#include "kernel/test_key.h"
#include "step/fixture.h"
#include "step/kinds.h"
#include "step/runner.h"

namespace kjx::step {
namespace {

constexpr std::int64_t signed_epoch = 1700000000;
constexpr const char* module_path = "lib/modules/6.1.0/kernel/fs/x.ko";

// "plain": the tree of the modules before they are signed.
void give_modules(work::Work& work) {
  store::Manifest modules;
  modules.add({.path = module_path, .mode = 0644, .digest = work.store().put("module x"), .size = 8});
  modules.complete_parents();
  work.output("modules", modules);
}

const work::Kind* signing_kind(std::string_view name) {
  static const work::Kind plain{"plain", 1, {}, give_modules};
  return name == "plain" ? &plain : find_kind(name);
}

class SignedResult : public Fixture {
 protected:
  void SetUp() override {
    graph::Action certificate = action("certificate", "kernel.certificate", {}, {"certificate"});
    certificate.description = {{"pem", kernel::to_pem(*certificate_)}};
    plan(certificate);
    plan(action("plain", "plain", {}, {"modules"}));
    signing.revision = kernel::sign_action().revision;
  }

  [[nodiscard]] Result make(const std::string& name = "signed") const {
    store::Store store(store_.root());
    const Workspace workspace(out());
    return Runner(workspace, {store, nullptr, SandboxMode::off, 1}, signing_kind).make(name);
  }
  [[nodiscard]] Digest key() const {
    InputDigests known;
    const Workspace workspace(out());
    for (const auto& input : signing.inputs) {
      known.emplace_back(input.slot, workspace.result(input.producer)->outputs.at(input.output));
    }
    return action_key(signing, known, SandboxMode::off);
  }
  // As whoever may write to a shared store would: another key's module under the action's own key.
  void plant_foreign_signature() {
    const kernel::PrivateKey foreign(EVP_RSA_gen(2048));
    const auto certificate = kernel::derive_certificate(*foreign, "kjx", signed_epoch);
    const std::string bytes =
        kernel::with_signature("module x", kernel::signature_of("module x", *foreign, *certificate));
    (void)make("certificate");
    store::Manifest modules = store_.manifest(make("plain").outputs.at("modules"));
    for (store::Entry& entry : modules.entries()) {
      if (entry.path != module_path) continue;
      entry.digest = store_.put(bytes);
      entry.size = bytes.size();
    }
    Result planted{{{"signatures", store_.put(store::Manifest())}}, {"modules", "signatures"}};
    planted.outputs["modules"] = store_.put(modules);
    store_.remember(key(), result_text(planted));
    std::filesystem::remove(out() / "results/signed.json");
  }
  [[nodiscard]] std::string log() const { return read_file(out() / "logs/signed.log"); }

  kernel::Certificate certificate_ = kernel::derive_certificate(kernel::test_key(), "kjx", signed_epoch);
  graph::Action signing =
      action("signed", "kernel.sign", {{"modules", "plain", "modules"}, {"certificate", "certificate", "certificate"}},
             {"modules", "signatures"});
};

TEST_F(SignedResult, IsTakenFromTheStoreWhenItsSignaturesHold) {
  write_file(folder_.path() / "key.pem", kernel::private_pem(kernel::test_key()), 0600);
  signing.secrets["key"] = folder_.path() / "key.pem";
  plan(signing);
  const Result made = make();
  std::filesystem::remove(out() / "results/signed.json");
  std::filesystem::remove(folder_.path() / "key.pem");  // nothing is signed now
  EXPECT_EQ(make(), made);
  EXPECT_THAT(log(), testing::HasSubstr("found in the store, and checked again"));
}

TEST_F(SignedResult, OfAForeignKeyIsDroppedAndMadeAnew) {
  write_file(folder_.path() / "key.pem", kernel::private_pem(kernel::test_key()), 0600);
  signing.secrets["key"] = folder_.path() / "key.pem";
  plan(signing);
  const Result made = make();
  plant_foreign_signature();
  EXPECT_EQ(make(), made);
  EXPECT_THAT(log(), testing::HasSubstr("signed 1 modules for certificate"));
  // The store says the right thing from now on.
  EXPECT_EQ(store_.result(key()), result_text(made));
}

TEST_F(SignedResult, OfAForeignKeyIsRefusedWhereNobodyCanSign) {
  const std::string name = "signature/kernel/fs/x.ko." + digest_of("module x").hex() + ".p7s";
  const std::string signature = kernel::signature_of("module x", kernel::test_key(), *certificate_);
  signing.description["detached"] = true;
  add_file(signing, name, "x.p7s", signature);
  plan(signing);
  const Result made = make();
  plant_foreign_signature();
  EXPECT_EQ(make(), made);

  signing.files.clear();
  plan(signing);
  plant_foreign_signature();
  try {
    (void)make();
    FAIL() << "a foreign signature was taken";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics.front().kind, Kind::bad_signature);
    EXPECT_EQ(failure.diagnostics.front().message, std::string("there is no published signature of ") + module_path);
  }
  EXPECT_FALSE(std::filesystem::exists(out() / "results/signed.json"));
}

}  // namespace
}  // namespace kjx::step
