#include "graph/tools.h"

#include <gmock/gmock.h>

namespace kjx::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

constexpr const char* status = R"(Package: make
Status: install ok installed
Priority: optional
Architecture: amd64
Version: 4.3-4.1
Description: utility for directing compilation
 Version: 9 stands only in the description

Package: makedev
Status: install ok installed
Version: 2.3

Package: gcc
Status: deinstall ok config-files
Architecture: amd64
Version: 4:12.2.0-3

Package: libc6-dev
Status: install ok installed
Architecture: i386
Version: 2.36-9+deb12u9

Package: libc6-dev
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u10
)";

MemoryDisk debian() {
  MemoryDisk disk;
  disk.files[package_database] = status;
  return disk;
}

TEST(Tools, VersionsOfInstalledPackagesOnly) {
  MemoryDisk disk = debian();
  EXPECT_THAT(tool_versions({"make", "gcc", "no-such"}, disk), ElementsAre(Pair("make", "4.3-4.1")));
}

TEST(Tools, AllArchitecturesCount) {
  MemoryDisk disk = debian();
  EXPECT_THAT(tool_versions({"libc6-dev"}, disk), ElementsAre(Pair("libc6-dev", "2.36-9+deb12u10,2.36-9+deb12u9")));
}

TEST(Tools, WhatAPackageNeedsIsAPartOfIt) {
  MemoryDisk disk;
  disk.files[package_database] =
      "Package: gcc\nStatus: install ok installed\nVersion: 4:12\nDepends: cpp (= 4:12), gcc-12 (>= 12~) | clang, "
      "absent\n\n"
      "Package: gcc-12\nStatus: install ok installed\nVersion: 12.2-14\nDepends: libc6\n\n"
      "Package: cpp\nStatus: install ok installed\nVersion: 4:12\n\n"
      "Package: libc6\nStatus: install ok installed\nVersion: 2.36\n";
  EXPECT_THAT(tool_versions({"gcc"}, disk), ElementsAre(Pair("gcc", "4:12 cpp=4:12 gcc-12=12.2-14")));
}

TEST(Tools, TheDatabaseIsADependency) {
  MemoryDisk disk = debian();
  RecordingDisk recorder(disk);
  (void)tool_versions({"make"}, recorder);
  EXPECT_THAT(recorder.touched, ElementsAre(package_database));
}

TEST(Tools, WithoutADatabaseTheProgramItself) {
  class NoDatabase : public RealDisk {
   public:
    std::optional<std::string> read(const std::filesystem::path& path) override {
      return path == package_database ? std::nullopt : RealDisk::read(path);
    }
  };
  NoDatabase disk;
  EXPECT_THAT(tool_versions({"sh", "surely-no-program"}, disk), ElementsAre(Pair("sh", StartsWith("sha256:"))));
}

TEST(Tools, NothingAskedNothingFound) {
  MemoryDisk disk = debian();
  EXPECT_THAT(tool_versions({}, disk), IsEmpty());
}

}  // namespace
}  // namespace kjx::graph
