#include <gmock/gmock.h>

#include "kernel/kernel.h"
#include "kernel/make.h"
#include "work/fake_work.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

class Stage1 : public ::testing::Test {
 protected:
  Stage1() {
    work.said = {{"arch", "x86"}, {"kernel_image", "arch/x86/boot/bzImage"}, {"make_target", "bzImage"}};
    work.given.emplace_back("source", Digest{});
    work.unpacked = folder.path() / "source";
    write_file(work.unpacked / "fs/Makefile", "obj-y := open.o read.o\n");
    write_file(work.unpacked / "fs/open.c", "");
    write_file(work.unpacked / "fs/read.c", "");
    work.add_file("placeholder.pem", "the placeholder");
    work.on_run = [this](const work::Run& run) { return kbuild(run); };
  }
  void configured(const std::string& config) { work.given.emplace_back("config", work.store().put(config)); }

  work::Work::Outcome kbuild(const work::Run& run) {
    const auto build = work.folder("build");
    if (run.argv.back() == "modules_install") {
      const auto release = work.folder("modules") / "lib/modules/6.1.0-kjx";
      write_file(release / "kernel/x.ko", "stripped");
      fs::create_symlink("/kjx/build", release / "build");
      return {};
    }
    write_file(build / "include/config/kernel.release", "6.1.0-kjx\n");
    write_file(build / "fs/open.o", "object");
    write_file(build / "vmlinux", "linked");
    if (run.on_line) {
      for (const char* line : {"  CC      fs/open.o", "  AR      fs/built-in.a"}) run.on_line(line);
    }
    return {};
  }
  static std::vector<std::string> paths(const store::Manifest& tree) {
    std::vector<std::string> all;
    for (const auto& entry : tree.entries()) {
      if (entry.type != store::Entry::Type::directory) all.push_back(entry.path);
    }
    return all;
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-stage1"};
  work::FakeWork work{folder.path()};
};

TEST_F(Stage1, BuildsAroundPlaceholders) {
  configured("CONFIG_MODULES=y\n");
  stage1_action().run(work);
  ASSERT_NE(work.mounted(certificate_path), nullptr);
  EXPECT_EQ(read_file(work.mounted(certificate_path)->host), "the placeholder");
  ASSERT_NE(work.mounted(initramfs_path), nullptr);
  EXPECT_TRUE(read_file(work.mounted(initramfs_path)->host).starts_with("070701"));
  EXPECT_THAT(work.commands()[0], ::testing::EndsWith(" bzImage modules"));
  EXPECT_THAT(work.commands()[1],
              ::testing::EndsWith(" INSTALL_MOD_PATH=/kjx/modules INSTALL_MOD_STRIP=1 modules_install"));
}

TEST_F(Stage1, GivesModulesReleaseAndObjects) {
  configured("CONFIG_MODULES=y\n");
  stage1_action().run(work);
  EXPECT_THAT(paths(work.tree("modules")), ElementsAre("lib/modules/6.1.0-kjx/kernel/x.ko"));
  EXPECT_THAT(paths(work.tree("objects")), ElementsAre(".config", "fs/open.o", "include/config/kernel.release"));
  EXPECT_EQ(work.store().read(work.outputs.at("release")), "6.1.0-kjx");
  EXPECT_EQ(work.outputs.at("config"), work.input("config"));
}

TEST_F(Stage1, TellsHowFarItIs) {
  configured("CONFIG_MODULES=y\n");
  stage1_action().run(work);
  EXPECT_EQ(work.progress_lines.front(), "1/2 fs/open.o");
}

TEST_F(Stage1, InstallsNothingWhenTheKernelTakesNoModules) {
  configured("# CONFIG_MODULES is not set\n");
  stage1_action().run(work);
  ASSERT_EQ(work.runs.size(), 1u);
  EXPECT_EQ(work.runs[0].argv.back(), "bzImage");
  EXPECT_TRUE(work.tree("modules").entries().empty());
}

}  // namespace
}  // namespace kjx::kernel
