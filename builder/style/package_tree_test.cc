#include "style/package_tree.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "work/fake_work.h"

namespace kjx::style {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> paths(const store::Manifest& manifest) {
  std::vector<std::string> all;
  for (const store::Entry& entry : manifest.entries()) all.push_back(entry.path);
  return all;
}

store::Manifest tree(const std::vector<std::string>& names) {  // a name that ends in "/" is a folder
  store::Manifest manifest;
  for (std::string name : names) {
    store::Entry entry;
    entry.mode = 0644;
    if (name.ends_with('/')) {
      name.pop_back();
      entry.type = store::Entry::Type::directory;
      entry.mode = 0750;
    }
    entry.path = name;
    manifest.add(entry);
  }
  manifest.sort();
  return manifest;
}

std::string elf(char type, char data = 1) {
  std::string bytes = "\177ELF";
  bytes += {2, data, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  bytes += data == 1 ? std::string{type, 0} : std::string{0, type};
  return bytes + "rest of it";
}

TEST(Strippable, IsToldByTheFirstBytes) {
  EXPECT_EQ(strippable(elf(1)), Strippable::object);
  EXPECT_EQ(strippable(elf(2)), Strippable::program);
  EXPECT_EQ(strippable(elf(3)), Strippable::shared);
  EXPECT_EQ(strippable(elf(2, 2)), Strippable::program);  // big-endian
  EXPECT_EQ(strippable(elf(4)), Strippable::no);          // a core dump
  EXPECT_EQ(strippable("!<arch>\nmore"), Strippable::archive);
  EXPECT_EQ(strippable("#!/bin/sh\n"), Strippable::no);
  EXPECT_EQ(strippable("\177ELF"), Strippable::no);
  EXPECT_EQ(strippable(""), Strippable::no);
}

TEST(Selected, EverythingWithoutGlobs) {
  const auto all = tree({"usr/", "usr/bin/", "usr/bin/sv", "var/", "var/empty/"});
  EXPECT_EQ(selected(all, {}, {}).text(), all.text());
}

TEST(Selected, DropsWithTheFoldersThatBecomeEmpty) {
  const auto all = tree({"usr/", "usr/bin/", "usr/bin/a", "usr/share/", "usr/share/man/", "usr/share/man/a.1"});
  EXPECT_THAT(paths(selected(all, {}, {"usr/share/man/**"})), ElementsAre("usr", "usr/bin", "usr/bin/a"));
  EXPECT_THAT(paths(selected(all, {}, {"/usr/share"})), ElementsAre("usr", "usr/bin", "usr/bin/a"));
  EXPECT_THAT(paths(selected(all, {}, {"**"})), IsEmpty());
}

TEST(Selected, KeepsAFolderThatWasInstalledEmpty) {
  const auto all = tree({"etc/", "etc/a", "var/", "var/empty/"});
  EXPECT_THAT(paths(selected(all, {}, {"etc"})), ElementsAre("var", "var/empty"));
  EXPECT_THAT(paths(selected(all, {"var"}, {})), ElementsAre("var", "var/empty"));
}

TEST(Selected, KeepsOnlyWhatMatchesAndTheModesOfFoldersAbove) {
  const auto some = selected(tree({"usr/", "usr/bin/", "usr/bin/a", "usr/bin/b", "usr/lib/", "usr/lib/c"}),
                             {"/usr/bin/*"}, {"usr/bin/b"});
  EXPECT_THAT(paths(some), ElementsAre("usr", "usr/bin", "usr/bin/a"));
  EXPECT_EQ(some.find("usr/bin")->mode, 0750u);
}

class PackageTree : public testing::Test {
 protected:
  PackageTree() {
    work.said = {{"package", "thing"}, {"version", "1"}, {"strip", true}, {"options", nlohmann::json::object()}};
  }
  fs::path out() { return work.folder("out"); }

  TemporaryFolder folder{testing::TempDir(), "tree"};
  work::FakeWork work{folder.path()};
};

TEST_F(PackageTree, StripsEachKindOfFileInItsOwnWay) {
  Build build = begin(work);
  write_file(out() / "bin/b", elf(2), 0755);
  write_file(out() / "bin/a", elf(2), 0555);
  write_file(out() / "bin/script", "#!/bin/sh\n", 0755);
  write_file(out() / "lib/libx.so", elf(3));
  write_file(out() / "lib/crt1.o", elf(1));
  write_file(out() / "lib/libx.a", "!<arch>\n");
  fs::create_symlink("a", out() / "bin/link");
  work.on_run = [&](const work::Run& run) {
    if (run.argv.back() == "/kjx/out/bin/b") write_file(out() / "bin/a", "stripped", 0600);
    return work::Work::Outcome{};
  };
  const store::Manifest result = package_tree(build);
  EXPECT_THAT(work.commands(),
              ElementsAre("strip --strip-all /kjx/out/bin/a /kjx/out/bin/b",
                          "strip --strip-unneeded /kjx/out/lib/libx.so", "strip --strip-debug /kjx/out/lib/crt1.o",
                          "strip --strip-debug --enable-deterministic-archives /kjx/out/lib/libx.a"));
  EXPECT_EQ(result.find("bin/a")->digest, digest_of("stripped"));
  EXPECT_EQ(result.find("bin/a")->mode, 0555u);
}

TEST_F(PackageTree, StripsNothingWhenToldSo) {
  work.said["strip"] = false;
  Build build = begin(work);
  write_file(out() / "bin/b", elf(2), 0755);
  (void)package_tree(build);
  EXPECT_THAT(work.runs, IsEmpty());
}

TEST_F(PackageTree, AddsTheAuthorsFilesOverInstalledOnes) {
  work.add_file("files/etc/thing.conf", "mine");
  work.add_file("files/usr/lib/thing/helper", "#!/bin/sh\n", true);
  Build build = begin(work);
  write_file(out() / "etc/thing.conf", "theirs", 0600);
  const store::Manifest result = package_tree(build);
  EXPECT_THAT(paths(result),
              ElementsAre("etc", "etc/thing.conf", "usr", "usr/lib", "usr/lib/thing", "usr/lib/thing/helper"));
  EXPECT_EQ(result.find("etc/thing.conf")->digest, digest_of("mine"));
  EXPECT_EQ(result.find("etc/thing.conf")->mode, 0644u);
  EXPECT_EQ(result.find("usr/lib/thing/helper")->mode, 0755u);
  EXPECT_EQ(result.find("usr/lib/thing/helper")->size, 10u);
}

}  // namespace
}  // namespace kjx::style
