#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstring>
#include <ctime>

#include "kernel/kernel.h"
#include "kernel/make.h"
#include "work/fake_work.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;

std::int64_t mtime(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mtime;
}

class Stage2 : public ::testing::Test {
 protected:
  Stage2() {
    work.said = {{"arch", "x86"}, {"kernel_image", "arch/x86/boot/bzImage"}, {"make_target", "bzImage"}};
    work.given.emplace_back("source", Digest{});
    work.given.emplace_back("config", work.store().put("CONFIG_A=y\n"));
    work.add_file("certificate.pem", "the certificate");
    store::Manifest objects;
    for (const char* path : {".config", "fs/open.o", "scripts/basic/fixdep"}) {
      objects.add({.path = path, .mode = 0755, .digest = work.store().put(path), .size = std::strlen(path)});
    }
    objects.complete_parents();
    work.add_tree("objects", objects);
    work.on_run = [this](const work::Run& run) { return kbuild(run); };
  }
  work::Work::Outcome kbuild(const work::Run& run) {
    const auto build = work.folder("build");
    objects_time = mtime(build / "fs/open.o");
    host_program_time = mtime(build / "scripts/basic/fixdep");
    certificate_time = mtime(work.mounted(certificate_path)->host);
    initramfs_time = mtime(work.mounted(initramfs_path)->host);
    for (int i = 0; i < compiled; ++i) run.on_line("  CC      x.o");
    write_file(build / "arch/x86/boot/bzImage", "the kernel");
    return {};
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-stage2"};
  work::FakeWork work{folder.path()};
  int compiled = 7;
  std::int64_t objects_time = 0, host_program_time = 0, certificate_time = 0, initramfs_time = 0;
};

TEST_F(Stage2, DatesObjectsBeforeCertificateAndInitramfs) {
  work.given.emplace_back("initramfs", work.store().put("070701"));
  stage2_action().run(work);
  EXPECT_EQ(objects_time, host_program_time);
  EXPECT_GT(objects_time, mtime("/usr/include/stdio.h"));
  EXPECT_GT(certificate_time, objects_time);
  EXPECT_EQ(initramfs_time, certificate_time);
  EXPECT_LT(certificate_time, std::time(nullptr));
  EXPECT_EQ(read_file(work.mounted(initramfs_path)->host), "070701");
  EXPECT_EQ(read_file(work.mounted(certificate_path)->host), "the certificate");
}

TEST_F(Stage2, GivesKernelAndConfiguration) {
  work.given.emplace_back("initramfs", work.store().put("070701"));
  stage2_action().run(work);
  EXPECT_EQ(work.store().read(work.outputs.at("kernel")), "the kernel");
  EXPECT_EQ(work.store().read(work.outputs.at("config")), ".config");
  EXPECT_EQ(work.runs.at(0).argv.back(), "bzImage");
}

TEST_F(Stage2, LeavesThePlaceholderWhenTheInitramfsIsSeparate) {
  stage2_action().run(work);
  EXPECT_LT(initramfs_time, objects_time);
}

TEST_F(Stage2, SaysHowMuchItCompiled) {
  stage2_action().run(work);
  EXPECT_THAT(work.log_lines, ::testing::ElementsAre("stage 2 compiled 7 objects"));
  work.log_lines.clear();
  remove_tree(work.root / "folders");
  compiled = 1500;
  stage2_action().run(work);
  EXPECT_THAT(work.log_lines, ::testing::ElementsAre("stage 2 compiled 1500 objects",
                                                     "stage 2 did not reuse stage 1's objects as it should"));
}

}  // namespace
}  // namespace kjx::kernel
