#include "image/rootfs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "work/fake_work.h"

namespace kjx::image {
namespace {

using nlohmann::json;
using store::Entry;
using testing::ElementsAre;
using testing::Field;

class RootfsTest : public testing::Test {
 protected:
  void add_part(const std::string& name, const std::vector<Entry>& entries, std::vector<std::string> replaces = {}) {
    store::Manifest manifest;
    for (const auto& entry : entries) manifest.add(entry);
    manifest.complete_parents();
    const auto slot = "part." + std::to_string(work_.given.size());
    work_.add_tree(slot, manifest);
    work_.places[slot] = place(name + ".yaml");
    work_.said["parts"].push_back(
        {{"slot", slot}, {"owner", "package '" + name + "'"}, {"topic", slot}, {"replaces", replaces}});
  }
  void add_entry(const json& entry) { work_.said["entries"].push_back(entry); }
  store::Manifest run() {
    rootfs_action().run(work_);
    return work_.tree("root");
  }
  std::vector<Diagnostic> failures() {
    try {
      rootfs_action().run(work_);
    } catch (const Failure& failure) {
      return failure.diagnostics;
    }
    return {};
  }
  static Entry file(const std::string& path, std::uint32_t mode = 0755) {
    return {.path = path, .mode = mode, .digest = digest_of(path), .size = path.size()};
  }
  static Location place(const std::string& name) {
    return {std::make_shared<SourceText>(SourceText{name, "summary: x\n"}), 1, 1, 7};
  }

  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "rootfs"};
  work::FakeWork work_{temporary_.path()};
};

TEST_F(RootfsTest, MergesPackagesEntriesFilesAndTexts) {
  add_part("busybox", {file("bin/busybox")});
  add_entry({{"path", "/dev/console"}, {"type", "char"}, {"mode", 0600}, {"owner", "0:5"}, {"device", "5:1"}});
  add_entry({{"path", "/tmp"}, {"type", "directory"}, {"mode", "1777"}});
  add_entry({{"path", "/sbin"}, {"type", "symlink"}, {"target", "bin"}});
  work_.add_file("file/0", "root:x:0:0\n");
  work_.said["files"] = json::array({{{"slot", "file/0"}, {"path", "etc/passwd"}, {"executable", false}}});
  work_.said["texts"] = json::array({{{"path", "etc/hostname"}, {"text", "kjx\n"}, {"mode", 420}}});
  const auto root = run();
  EXPECT_THAT(
      root.entries(),
      ElementsAre(Field(&Entry::path, "bin"), Field(&Entry::path, "bin/busybox"), Field(&Entry::path, "dev"),
                  Field(&Entry::path, "dev/console"), Field(&Entry::path, "etc"), Field(&Entry::path, "etc/hostname"),
                  Field(&Entry::path, "etc/passwd"), Field(&Entry::path, "sbin"), Field(&Entry::path, "tmp")));
  const Entry console{
      .path = "dev/console", .type = Entry::Type::character, .mode = 0600, .gid = 5, .major = 5, .minor = 1};
  EXPECT_EQ(*root.find("dev/console"), console);
  EXPECT_EQ(root.find("tmp")->mode, 01777u);
  EXPECT_EQ(root.find("sbin")->target, "bin");
  EXPECT_EQ(work_.store().read(root.find("etc/hostname")->digest), "kjx\n");
  EXPECT_EQ(root.find("etc/passwd")->size, 11u);
  EXPECT_EQ(root.find("etc/passwd")->mode, 0644u);
}

TEST_F(RootfsTest, TwoOwnersAreNamedAndShownAllAtOnce) {
  add_part("busybox", {file("bin/sh"), file("bin/vi")});
  add_part("dash", {file("bin/sh", 0700)});
  add_part("vim", {file("bin/vi")});
  const auto found = failures();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].kind, Kind::two_owners);
  EXPECT_EQ(found[0].message, "path '/bin/sh' has two owners: package 'busybox' and package 'dash'");
  ASSERT_EQ(found[0].notes.size(), 2u);
  EXPECT_EQ(found[0].notes[0].where.file->name, "busybox.yaml");
  EXPECT_EQ(found[0].notes[0].message, "package 'busybox' has a file, mode 0755, 0:0 there");
  EXPECT_EQ(found[0].notes[1].where.file->name, "dash.yaml");
  EXPECT_NE(found[0].help.find("replaces:"), std::string::npos);
  EXPECT_EQ(found[1].message, "path '/bin/vi' has two owners: package 'busybox' and package 'vim'");
}

TEST_F(RootfsTest, OneMayReplaceTheOther) {
  add_part("busybox", {file("bin/sh")});
  add_part("dash", {file("bin/sh", 0700)}, {"package 'busybox'"});
  EXPECT_EQ(run().find("bin/sh")->mode, 0700u);
}

TEST_F(RootfsTest, FilesOfTheAuthorHaveAnOwnerToo) {
  add_part("busybox", {file("etc/profile")});
  work_.add_file("file/0", "x");
  work_.said["files"] = json::array({{{"slot", "file/0"}, {"path", "etc/profile"}}});
  EXPECT_EQ(failures().at(0).message, "path '/etc/profile' has two owners: package 'busybox' and initramfs/files");
}

TEST_F(RootfsTest, AnEntryWithoutTypeChangesAPathThatIsThere) {
  add_part("su", {file("bin/su")});
  add_entry({{"path", "/bin/su"}, {"mode", 04755}, {"owner", "0:10"}});
  EXPECT_EQ(run().find("bin/su")->mode, 04755u);
  EXPECT_EQ(run().find("bin/su")->gid, 10u);
}

TEST_F(RootfsTest, AnEntryWithoutTypeNeedsAPathThatIsThere) {
  work_.places["entry.0"] = place("initramfs.yaml");
  add_entry({{"path", "/bin/su"}, {"mode", 04755}, {"topic", "entry.0"}});
  const auto found = failures();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].message, "entry '/bin/su' changes a path that nothing puts into the image");
  EXPECT_EQ(found[0].where.file->name, "initramfs.yaml");
}

TEST_F(RootfsTest, OfTwoEntriesForOnePathTheUpperLayersCounts) {
  add_entry({{"path", "/tmp"}, {"type", "directory"}, {"mode", 0755}});
  add_entry({{"path", "/tmp"}, {"type", "directory"}, {"mode", 01777}});
  EXPECT_EQ(run().find("tmp")->mode, 01777u);
}

TEST_F(RootfsTest, EntriesThatCannotBeAreRefused) {
  const std::pair<json, std::string> cases[] = {
      {{{"path", "/x"}, {"type", "char"}}, "entry '/x' is a device without numbers"},
      {{{"path", "/x"}, {"type", "block"}, {"device", "8"}}, "entry '/x' is a device without numbers"},
      {{{"path", "/x"}, {"type", "symlink"}}, "entry '/x' is a symlink to nowhere"},
      {{{"path", "/x"}, {"type", "fifo"}, {"owner", "root"}}, "entry '/x' has no usable owner"}};
  for (const auto& [entry, message] : cases) {
    work_.said["entries"] = json::array({entry});
    const auto found = failures();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].kind, Kind::bad_value);
    EXPECT_EQ(found[0].message, message);
  }
}

}  // namespace
}  // namespace kjx::image
