#include "kernel/make.h"

#include <gmock/gmock.h>

#include "diag/testing.h"
#include "work/fake_work.h"

namespace kjx::kernel {
namespace {

using ::testing::ElementsAre;

class Make : public ::testing::Test {
 protected:
  TemporaryFolder folder{std::filesystem::temp_directory_path(), "kjx-make"};
  work::FakeWork work{folder.path()};
};

TEST(Timestamp, IsWhatDatePrints) {
  EXPECT_EQ(timestamp(1700006400), "Wed Nov 15 00:00:00 UTC 2023");
  EXPECT_EQ(timestamp(0), "Thu Jan  1 00:00:00 UTC 1970");
}

TEST_F(Make, KeepsClockUserHostAndCounterOut) {
  work.said = {{"arch", "x86"}, {"make", {"CROSS_COMPILE=x-"}}};
  const auto run = make(work, {"bzImage"});
  EXPECT_THAT(run.argv, ElementsAre("make", "-C", "/kjx/src", "O=/kjx/build", "ARCH=x86", "PAHOLE=none",
                                    "CROSS_COMPILE=x-", "bzImage"));
  EXPECT_EQ(run.environment.at("KBUILD_BUILD_TIMESTAMP"), "Tue Nov 14 22:13:20 UTC 2023");
  EXPECT_EQ(run.environment.at("KBUILD_BUILD_USER"), "kjx");
  EXPECT_EQ(run.environment.at("KBUILD_BUILD_HOST"), "kjx");
  EXPECT_EQ(run.environment.at("KBUILD_BUILD_VERSION"), "1");
  EXPECT_TRUE(run.uses_jobs);
}

TEST_F(Make, PatchesTheSourceInOrder) {
  work.given.emplace_back("source", Digest{});
  work.unpacked = "/unpacked";
  work.add_file("patch/a", "1");
  work.add_file("other", "2");
  work.add_file("patch/b", "3");
  const auto folders = mount_folders(work);
  EXPECT_THAT(work.patches_asked, ElementsAre("patch/a", "patch/b"));
  ASSERT_NE(work.mounted("/kjx/src"), nullptr);
  EXPECT_FALSE(work.mounted("/kjx/src")->writable);
  EXPECT_EQ(work.mounted("/kjx/build")->host, folders.build);
}

TEST_F(Make, TakesTheCertificateFromWhereverThePlanPutIt) {
  work.add_file("certificate.pem", "from a file");
  EXPECT_EQ(certificate_pem(work), "from a file");
  work.said["certificate"] = "from the description";
  EXPECT_EQ(certificate_pem(work), "from the description");
  work.given.emplace_back("certificate", work.store().put("from an input"));
  EXPECT_EQ(certificate_pem(work), "from an input");
}

TEST_F(Make, SaysWhichFieldThePlanForgot) {
  work.called = "kernel.stage1";
  expect_failure([&] { (void)text_of_description(work, "kernel_image"); },
                 "error: kernel.stage1: the description has no text 'kernel_image' [graph]\n");
}

}  // namespace
}  // namespace kjx::kernel
