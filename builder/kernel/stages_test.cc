// All five actions on a small real kernel, in a real sandbox. Takes minutes, so only on demand:
//   KJX_KERNEL_SOURCE=<unpacked Linux 6.1> kernel_test --gtest_filter='Stages.*'
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "archive/cpio.h"
#include "base/process.h"
#include "diag/testing.h"
#include "kernel/certificate.h"
#include "kernel/kernel.h"
#include "kernel/module_signature.h"
#include "kernel/signing_key.h"
#include "kernel/test_key.h"
#include "work/fake_work.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;

constexpr const char* small =
    "CONFIG_64BIT=y\n"
    "CONFIG_BINFMT_ELF=y\n"
    "CONFIG_BLK_DEV=y\n"
    "CONFIG_BLK_DEV_INITRD=y\n"
    "CONFIG_BLK_DEV_LOOP=m\n"
    "CONFIG_BLOCK=y\n"
    "CONFIG_INITRAMFS_COMPRESSION_NONE=y\n"
    "CONFIG_INITRAMFS_SOURCE=\"/kjx/initramfs.cpio\"\n"
    "CONFIG_KERNEL_XZ=y\n"
    "CONFIG_MISC_FILESYSTEMS=y\n"
    "CONFIG_MODULES=y\n"
    "CONFIG_MODULE_SIG=y\n"
    "# CONFIG_MODULE_SIG_ALL is not set\n"
    "CONFIG_MODULE_SIG_FORCE=y\n"
    "CONFIG_MODULE_SIG_KEY=\"\"\n"
    "CONFIG_MODULE_SIG_SHA256=y\n"
    "CONFIG_SQUASHFS=m\n"
    "CONFIG_SYSTEM_TRUSTED_KEYRING=y\n"
    "CONFIG_SYSTEM_TRUSTED_KEYS=\"/kjx/keys/certificate.pem\"\n";

// One action's Work with a sandbox as step/ makes it.
class Sandboxed : public work::FakeWork {
 public:
  Sandboxed(const fs::path& folder, const fs::path& source) : FakeWork(folder) {
    unpacked = source;
    said = {{"arch", "x86"}, {"kernel_image", "arch/x86/boot/bzImage"}, {"make_target", "bzImage"}};
    given.emplace_back("source", Digest{});
    on_run = [this](const work::Run& run) { return in_bwrap(run); };
  }
  std::string output_text;

 private:
  Outcome in_bwrap(const work::Run& run) {
    Command command{.argv = {"bwrap",
                             "--unshare-all",
                             "--die-with-parent",
                             "--clearenv",
                             "--ro-bind",
                             "/usr",
                             "/usr",
                             "--symlink",
                             "usr/bin",
                             "/bin",
                             "--symlink",
                             "usr/sbin",
                             "/sbin",
                             "--symlink",
                             "usr/lib",
                             "/lib",
                             "--symlink",
                             "usr/lib64",
                             "/lib64",
                             "--ro-bind-try",
                             "/etc/alternatives",
                             "/etc/alternatives",
                             "--proc",
                             "/proc",
                             "--dev",
                             "/dev",
                             "--tmpfs",
                             "/tmp"}};
    auto& argv = command.argv;
    for (const auto& mount : mounts) {
      argv.insert(argv.end(), {mount.writable ? "--bind" : "--ro-bind", mount.host.string(), mount.inside});
    }
    auto environment = run.environment;
    environment.insert({{"PATH", "/usr/sbin:/usr/bin"}, {"LC_ALL", "C"}, {"TZ", "UTC"}, {"MAKEFLAGS", "-j2"}});
    for (const auto& [name, value] : environment) argv.insert(argv.end(), {"--setenv", name, value});
    argv.insert(argv.end(), {"--chdir", run.directory, "--"});
    argv.insert(argv.end(), run.argv.begin(), run.argv.end());
    std::string line;
    command.on_output = [&](std::string_view text) {
      output_text += text;
      for (const char c : text) {
        if (c != '\n') {
          line += c;
          continue;
        }
        if (run.on_line) run.on_line(line);
        line.clear();
      }
    };
    const Exit exit = kjx::run(command);
    if (!exit.ok())
      ADD_FAILURE() << output_text.substr(output_text.size() - std::min<std::size_t>(2000, output_text.size()));
    return {exit.code, ""};
  }
};

class Stages : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* source = std::getenv("KJX_KERNEL_SOURCE");
    if (source == nullptr) GTEST_SKIP() << "KJX_KERNEL_SOURCE is not set";
    source_ = source;
  }

  // All share one store.
  std::unique_ptr<Sandboxed> work(const std::string& name) {
    auto made = std::make_unique<Sandboxed>(folder_.path() / name, source_);
    fs::remove_all(made->root / "store");
    fs::create_directory_symlink(folder_.path() / "store", made->root / "store");
    return made;
  }
  // Runs "name" and keeps its outputs as "name.output".
  void run(const work::Kind& kind, Sandboxed& work, const std::string& name) {
    kind.run(work);
    for (const auto& [output, digest] : work.outputs) all_.emplace(name + "." + output, digest);
    for (const auto& line : work.log_lines) std::printf("  %s: %s\n", name.c_str(), line.c_str());
    remove_tree(work.root / "folders");
  }
  void configure() {
    auto w = work("configure");
    w->said["base"] = "tinyconfig";
    w->said["fragments"] = {"small"};
    w->add_file("fragment/small", small);
    run(configure_action(), *w, "configure");
  }
  void stage1() {
    auto w = work("stage1");
    w->given.emplace_back("config", all_.at("configure.config"));
    const PrivateKey placeholder(EVP_RSA_gen(2048));
    w->add_file("placeholder.pem", to_pem(*derive_certificate(*placeholder, "placeholder", 0)));
    run(stage1_action(), *w, "stage1");
  }
  void sign() {
    const auto key = folder_.path() / "key.pem";
    write_file(key, private_pem(test_key()), 0600);
    auto w = work("sign");
    w->given.emplace_back("modules", all_.at("stage1.modules"));
    w->add_file("certificate.pem", certificate_);
    w->secrets["key"] = key;
    run(sign_action(), *w, "sign");
  }
  void stage2(const std::string& name) {
    auto w = work(name);
    w->given.emplace_back("config", all_.at("configure.config"));
    w->given.emplace_back("objects", all_.at("stage1.objects"));
    const auto cpio = w->root / "root.cpio";
    archive::write_cpio(w->store().manifest(all_.at("sign.modules")), w->store(), 0, cpio);
    w->given.emplace_back("initramfs", w->store().put_file(cpio));
    w->add_file("certificate.pem", certificate_);
    run(stage2_action(), *w, name);
    int compiled = -1;
    for (const auto& line : w->log_lines) std::sscanf(line.c_str(), "stage 2 compiled %d objects", &compiled);
    EXPECT_GT(compiled, 1);
    EXPECT_LE(compiled, 20) << w->output_text;
  }
  std::unique_ptr<Sandboxed> check(const std::string& certificate, const Digest& modules) {
    auto w = work("check");
    w->given.emplace_back("kernel", all_.at("stage2.kernel"));
    w->given.emplace_back("modules", modules);
    w->given.emplace_back("config1", all_.at("stage1.config"));
    w->given.emplace_back("config2", all_.at("stage2.config"));
    w->add_file("certificate.pem", certificate);
    return w;
  }

  TemporaryFolder folder_{fs::temp_directory_path(), "kjx-stages"};
  fs::path source_;
  std::map<std::string, Digest> all_;
  std::string certificate_ = to_pem(*derive_certificate(test_key(), "kjx", 1700000000));
};

TEST_F(Stages, MakeAKernelThatHoldsItsCertificateAndModules) {
  store::Store store(folder_.path() / "store");
  configure();
  stage1();
  sign();
  stage2("stage2");
  stage2("stage2again");
  EXPECT_EQ(all_.at("stage2.kernel"), all_.at("stage2again.kernel"));
  EXPECT_EQ(all_.at("stage1.config"), all_.at("stage2.config"));
  EXPECT_EQ(all_.at("stage1.config"), all_.at("configure.config"));

  auto good = check(certificate_, all_.at("sign.modules"));
  run(check_action(), *good, "check");
  const auto checked = nlohmann::json::parse(store.read(all_.at("check.checked")));
  EXPECT_EQ(checked["release"], store.read(all_.at("stage1.release")));
  EXPECT_EQ(checked["modules"], 2);

  const auto unsigned_modules = check(certificate_, all_.at("stage1.modules"));
  expect_failure([&] { check_action().run(*unsigned_modules); },
                 "error: module lib/modules/6.1.176/kernel/drivers/block/loop.ko is not signed [bad-signature]\n"
                 "error: module lib/modules/6.1.176/kernel/fs/squashfs/squashfs.ko is not signed [bad-signature]\n");

  const PrivateKey other(EVP_RSA_gen(2048));
  const auto stranger = check(to_pem(*derive_certificate(*other, "kjx", 1700000000)), all_.at("sign.modules"));
  EXPECT_THROW(check_action().run(*stranger), Failure);
}

}  // namespace
}  // namespace kjx::kernel
