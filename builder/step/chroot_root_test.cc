#include "step/chroot_root.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace kjx::step {
namespace {

namespace fs = std::filesystem;

struct stat status_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status;
}

// Only root can lay one out.
class ChrootRootTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto problem = chroot_problem()) GTEST_SKIP() << *problem;
    write_file(tools_ / "usr/bin/tool", "a program", 0755);
    write_file(tools_ / "usr/local/bin/stray", "nobody's");
    fs::create_symlink("usr/bin", tools_ / "bin");
    set_mtime(tools_ / "usr/bin/tool", 946684800);
    set_mtime(tools_ / "usr/bin", 946684800);
    sandbox_.tools = tools_;
    sandbox_.accounts = folder_.path() / "accounts";
    write_accounts(sandbox_.accounts);
    write_file(folder_.path() / "source/deep/file", "source", 0640);
    set_mtime(folder_.path() / "source/deep/file", 946684800);
    fs::create_directories(action_ / "build");
    sandbox_.add({folder_.path() / "source", "/kjx/src"});
    sandbox_.add({action_ / "build", "/kjx/build", true});
  }

  TemporaryFolder folder_{testing::TempDir(), "chroot"};
  fs::path tools_ = folder_.path() / "tools";
  fs::path action_ = folder_.path() / "action";
  fs::path root_ = action_ / "root";
  Sandbox sandbox_;
};

TEST_F(ChrootRootTest, ToolsAreThereUnderTheirTimes) {
  ChrootRoot root(root_, action_);
  root.enter(sandbox_);
  EXPECT_EQ(read_file(root_ / "bin/tool"), "a program");
  EXPECT_EQ(status_of(root_ / "usr/bin").st_mtime, 946684800);
  EXPECT_EQ(status_of(root_ / "usr/bin/tool").st_ino, status_of(tools_ / "usr/bin/tool").st_ino);
  EXPECT_EQ(status_of(root_ / "usr/bin/tool").st_uid, 0u);
  EXPECT_TRUE(fs::is_empty(root_ / "usr/local"));
  EXPECT_TRUE(fs::is_character_file(root_ / "dev/null"));
}

TEST_F(ChrootRootTest, InputsAreCopiesOfTheAccount) {
  ChrootRoot root(root_, action_);
  root.enter(sandbox_);
  const fs::path file = root_ / "kjx/src/deep/file";
  EXPECT_EQ(status_of(file).st_uid, account_number);
  EXPECT_EQ(status_of(file).st_mode & 07777, 0640u);
  EXPECT_EQ(status_of(file).st_mtime, 946684800);
  write_file(file, "changed");
  EXPECT_EQ(read_file(folder_.path() / "source/deep/file"), "source");
}

TEST_F(ChrootRootTest, WritableFoldersComeBack) {
  write_file(action_ / "build/before", "1");
  ChrootRoot root(root_, action_);
  root.enter(sandbox_);
  EXPECT_FALSE(fs::exists(action_ / "build"));
  EXPECT_EQ(status_of(root_ / "kjx/build/before").st_uid, account_number);
  write_file(root_ / "kjx/build/made", "2");
  root.leave();
  EXPECT_EQ(read_file(action_ / "build/made"), "2");
  EXPECT_EQ(status_of(action_ / "build/before").st_uid, ::geteuid());
  root.enter(sandbox_);
  EXPECT_EQ(read_file(root_ / "kjx/build/made"), "2");
}

TEST_F(ChrootRootTest, WhatTheActionChangedBetweenRunsIsCopiedAgain) {
  write_file(action_ / "certificate", "old");
  sandbox_.add({action_ / "certificate", "/kjx/certificate"});
  ChrootRoot root(root_, action_);
  root.enter(sandbox_);
  root.leave();
  write_file(action_ / "certificate", "new");
  root.enter(sandbox_);
  EXPECT_EQ(read_file(root_ / "kjx/certificate"), "new");
}

TEST_F(ChrootRootTest, GoesWithAllThatWasLinked) {
  {
    ChrootRoot root(root_, action_);
    root.enter(sandbox_);
    write_file(root_ / "kjx/build/made", "2");
  }
  EXPECT_FALSE(fs::exists(root_));
  EXPECT_TRUE(fs::exists(action_ / "build/made"));
  EXPECT_EQ(read_file(tools_ / "usr/bin/tool"), "a program");
}

}  // namespace
}  // namespace kjx::step
