#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "base/disk.h"
#include "base/error.h"

namespace kjx {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

struct File : testing::Test {
  TemporaryFolder temporary{testing::TempDir(), "file"};
  fs::path folder = temporary.path();

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    const auto entries = RealDisk().list(folder);
    for (const DirectoryEntry& entry : entries.value()) all.push_back(entry.name);
    return all;
  }
};

struct stat status_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0);
  return status;
}

TEST_F(File, WritesWholeWithItsModeAndLeavesNothingElse) {
  const mode_t before = ::umask(0077);
  write_file(folder / "a", "first", 0755);
  ::umask(before);
  write_file(folder / "new/folder/b", "x");
  EXPECT_EQ(read_file(folder / "a"), "first");
  EXPECT_EQ(status_of(folder / "a").st_mode & 07777, 0755u);
  EXPECT_THAT(names(), ElementsAre("a", "new"));
}

TEST_F(File, AnEarlierFileStaysAsItIsForThoseWhoReadIt) {
  write_file(folder / "a", "first");
  std::ifstream reader(folder / "a");
  write_file(folder / "a", "second");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "first");
  EXPECT_EQ(read_file(folder / "a"), "second");
}

TEST_F(File, ErrorsNameThePath) {
  try {
    static_cast<void>(read_file(folder / "absent"));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_EQ(error.what(), "cannot read " + (folder / "absent").string() + ": No such file or directory");
    EXPECT_EQ(error.error, ENOENT);
    EXPECT_EQ(error.path, folder / "absent");
  }
}

// A limit on file sizes stands for a full disk: in both cases write() fails half-way.
TEST_F(File, AFailedWriteLeavesTheOldFileAndNoTemporary) {
  write_file(folder / "a", "old");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 100, .rlim_max = before.rlim_max};
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(write_file(folder / "a", std::string(1000, 'x')), IoError);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(read_file(folder / "a"), "old");
  EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(File, UnchangedBytesLeaveTheModificationTimeAlone) {
  EXPECT_TRUE(write_file_if_changed(folder / "a", "text"));
  set_mtime(folder / "a", 1000);
  EXPECT_FALSE(write_file_if_changed(folder / "a", "text"));
  EXPECT_EQ(status_of(folder / "a").st_mtime, 1000);
  EXPECT_TRUE(write_file_if_changed(folder / "a", "texT"));
  EXPECT_NE(status_of(folder / "a").st_mtime, 1000);
}

TEST_F(File, CopiesAreFilesOfTheirOwn) {
  const std::string bytes(3'000'000, 'x');
  write_file(folder / "a", bytes);
  copy_file_whole(folder / "a", folder / "b", 0444);
  EXPECT_EQ(read_file(folder / "b"), bytes);
  EXPECT_NE(status_of(folder / "a").st_ino, status_of(folder / "b").st_ino);
  EXPECT_EQ(status_of(folder / "b").st_mode & 07777, 0444u);
  copy_file_whole(folder / "a", folder / "b");  // over a read-only one
  EXPECT_THROW(copy_file_whole(folder / "absent", folder / "c"), IoError);
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(File, CopiesFilesWithoutASize) {
  copy_file_whole("/proc/self/status", folder / "status");
  EXPECT_THAT(read_file(folder / "status"), HasSubstr("Pid:"));
}

TEST_F(File, RemovesTreesWithReadOnlyFolders) {
  write_file(folder / "outside", "stays");
  write_file(folder / "tree/a/b/file", "x", 0444);
  fs::create_symlink(folder / "outside", folder / "tree/a/link");
  for (const auto* name : {"tree/a/b", "tree/a", "tree"}) ::chmod((folder / name).c_str(), 0555);
  remove_tree(folder / "tree");
  remove_tree(folder / "tree");  // absent is fine
  EXPECT_THAT(names(), ElementsAre("outside"));
}

TEST_F(File, RemovesFoldersThatNobodyMayEnter) {
  write_file(folder / "tree/closed/file", "x");
  ::chmod((folder / "tree/closed").c_str(), 0);
  remove_tree(folder / "tree");
  EXPECT_THAT(names(), ElementsAre());
}

TEST_F(File, SetsTheTimeOfALinkItself) {
  write_file(folder / "a", "");
  fs::create_symlink("a", folder / "link");
  set_mtime(folder / "link", 12345);
  EXPECT_EQ(status_of(folder / "link").st_mtime, 12345);
  EXPECT_NE(status_of(folder / "a").st_mtime, 12345);
}

TEST_F(File, TemporaryFoldersGoUnlessReleased) {
  fs::path kept;
  {
    const TemporaryFolder gone(folder, "x");
    TemporaryFolder stays(folder, "x");
    EXPECT_NE(gone.path(), stays.path());
    write_file(gone.path() / "file", "x");
    stays.release();
    kept = stays.path();
  }
  EXPECT_THAT(names(), ElementsAre(kept.filename()));
}

// Runs `act` in a process of its own, to be killed.
template <typename Act>
int status_of_child(Act act) {
  const pid_t child = ::fork();
  if (child == 0) {
    act();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_F(File, StaleTemporariesAreThoseOfDeadProcesses) {
  status_of_child([&] { TemporaryFolder(folder, "dead").release(); });
  const TemporaryFolder living(folder, "living");
  write_file(folder / ".kjx-notes", "not a temporary file");
  EXPECT_EQ(names().size(), 3u);
  remove_stale_temporaries(folder);
  EXPECT_THAT(names(), ElementsAre(living.path().filename(), ".kjx-notes"));
  remove_stale_temporaries(folder / "absent");
}

TEST_F(File, CommitPointsAreCountedNamedAndKilledAt) {
  const int status = status_of_child([&] {
    ::setenv("KJX_KILL_AT", "2", 1);
    ::setenv("KJX_COMMIT_LOG", (folder / "log").c_str(), 1);
    commit_point("one");
    commit_point("two");
    commit_point("three");
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  EXPECT_EQ(read_file(folder / "log"), "one\ntwo\n");
}

}  // namespace
}  // namespace kjx
