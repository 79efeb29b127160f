#include "base/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"

namespace kjx {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::vector<std::string> names(const std::optional<std::vector<DirectoryEntry>>& entries) {
  std::vector<std::string> all;
  for (const DirectoryEntry& entry : entries.value()) {
    all.push_back(entry.name + (entry.directory ? "/" : "") + (entry.executable ? "*" : "") +
                  (entry.symlink ? "@" : ""));
  }
  return all;
}

// Both disks hold: a/run (executable), a/x, a/b/deep, a-b/y, top.
struct OnBoth : testing::TestWithParam<bool> {
  OnBoth() : folder(testing::TempDir(), "disk"), root(GetParam() ? folder.path() : fs::path("/w")) {
    for (const auto* name : {"a/run", "a/x", "a/b/deep", "a-b/y", "top"}) {
      memory.files[root / name] = name;
      if (GetParam()) write_file(root / name, name, fs::path(name).filename() == "run" ? 0755 : 0644);
    }
    memory.executables.insert(root / "a/run");
  }
  Disk& disk() { return GetParam() ? static_cast<Disk&>(real) : memory; }

  TemporaryFolder folder;
  fs::path root;
  RealDisk real;
  MemoryDisk memory;
};
INSTANTIATE_TEST_SUITE_P(Disk, OnBoth, testing::Bool(),
                         [](const auto& which) { return which.param ? "Real" : "Memory"; });

TEST_P(OnBoth, Reads) {
  EXPECT_EQ(disk().read(root / "a/x"), "a/x");
  EXPECT_EQ(disk().size(root / "a/x"), 3u);
  EXPECT_EQ(disk().read(root / "a/./b/../x"), "a/x");
}

TEST_P(OnBoth, ListsSortedByBytes) {
  EXPECT_THAT(names(disk().list(root)), ElementsAre("a/", "a-b/", "top"));
  EXPECT_THAT(names(disk().list(root / "a")), ElementsAre("b/", "run*", "x"));
  EXPECT_THAT(names(disk().list(root / "a/")), ElementsAre("b/", "run*", "x"));
}

TEST_P(OnBoth, AbsentIsNothing) {
  EXPECT_EQ(disk().read(root / "no"), std::nullopt);
  EXPECT_EQ(disk().size(root / "no"), std::nullopt);
  EXPECT_EQ(disk().list(root / "no"), std::nullopt);
  EXPECT_EQ(disk().read(root / "top/below"), std::nullopt);
  EXPECT_EQ(disk().list(root / "top"), std::nullopt);
}

TEST_P(OnBoth, AFolderIsNoFile) {
  EXPECT_THROW(disk().read(root / "a"), IoError);
  EXPECT_THROW(disk().size(root / "a"), IoError);
}

TEST_P(OnBoth, RecordsWhatWasAskedFor) {
  RecordingDisk recorder(disk());
  recorder.read(root / "a/x");
  recorder.list(root / "a-b");
  recorder.size(root / "top");
  EXPECT_THAT(recorder.touched, UnorderedElementsAre(root / "a/x", root / "a-b", root / "top"));
}

TEST_P(OnBoth, RecordsAnAbsentFileByItsNearestParent) {
  RecordingDisk recorder(disk());
  recorder.read(root / "a/patches/0001.patch");
  recorder.list(root / "none/of/these");
  recorder.size(root / "top/below");
  EXPECT_THAT(recorder.touched, ElementsAre(root, root / "a", root / "top"));
}

TEST_P(OnBoth, RecordsAFileThatWasAskedForAsAFolder) {
  RecordingDisk recorder(disk());
  EXPECT_EQ(recorder.list(root / "top"), std::nullopt);
  EXPECT_THAT(recorder.touched, ElementsAre(root / "top"));
}

TEST(RealDisk, TellsLinksApart) {
  const TemporaryFolder folder(testing::TempDir(), "disk");
  fs::create_symlink("/", folder.path() / "link");
  EXPECT_THAT(names(RealDisk().list(folder.path())), ElementsAre("link@"));
}

TEST(RealDisk, ReadsFilesWithoutASize) { EXPECT_FALSE(RealDisk().read("/proc/self/status")->empty()); }

TEST(RealDisk, OtherFailuresAreErrors) {
  const TemporaryFolder folder(testing::TempDir(), "disk");
  fs::create_symlink("loop", folder.path() / "loop");
  EXPECT_THROW(RealDisk().read(folder.path() / "loop"), IoError);
  EXPECT_THROW(RealDisk().size(folder.path() / "loop"), IoError);
}

TEST(MemoryDisk, RelativePaths) {
  MemoryDisk disk;
  disk.files = {{"recipes/distro.yaml", "x"}, {"/elsewhere", "y"}};
  EXPECT_THAT(names(disk.list(".")), ElementsAre("recipes/"));
  EXPECT_EQ(disk.read("./recipes/distro.yaml"), "x");
  RecordingDisk recorder(disk);
  recorder.read("absent");
  EXPECT_THAT(recorder.touched, ElementsAre("."));
}

}  // namespace
}  // namespace kjx
