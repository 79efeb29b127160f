#include "style/debian_tree.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/process.h"
#include "style/style.h"
#include "work/fake_work.h"

namespace kjx::style {
namespace {

using store::Entry;
using store::Manifest;

Entry directory(std::string path, std::uint32_t mode = 0755) {
  return {.path = std::move(path), .type = Entry::Type::directory, .mode = mode};
}
Entry file(std::string path, const std::string& bytes, std::uint32_t mode = 0644) {
  return {.path = std::move(path), .mode = mode, .digest = digest_of(bytes), .size = bytes.size()};
}
Entry link_to(std::string path, std::string target) {
  Entry entry{.path = std::move(path), .type = Entry::Type::symlink, .mode = 0777};
  entry.target = std::move(target);
  return entry;
}
Manifest tree_of(std::initializer_list<Entry> entries) {
  Manifest tree;
  for (const Entry& entry : entries) tree.add(entry);
  tree.complete_parents();
  return tree;
}

class DebianTree : public testing::Test {
 protected:
  // The bytes of a *.deb with what the script makes; they are in the store.
  std::string packed(const std::string& script) {
    const auto at = folder.path() / "deb";
    std::filesystem::create_directories(at / "t");
    (void)capture({{"sh", "-euc",
                    "cd \"$0/t\"; " + script +
                        "; cd ..; tar -C t -cf data.tar .; echo 2.0 >debian-binary; ar rc x.deb debian-binary data.tar",
                    at.string()}});
    auto bytes = read_file(at / "x.deb");
    work.store().put(bytes);
    return bytes;
  }

  TemporaryFolder folder{testing::TempDir(), "debian-tree"};
  work::FakeWork work{folder.path()};
};

TEST_F(DebianTree, MovesTheOldFoldersIntoUsr) {
  const auto tree =
      merged_usr(tree_of({file("bin/sh", "sh", 0755), file("usr/bin/env", "env"), link_to("lib64/ld.so", "/lib/ld.so"),
                          file("lib/ld.so", "ld"), file("etc/motd", "hello")}));
  EXPECT_EQ(tree.find("bin")->target, "usr/bin");
  EXPECT_EQ(tree.find("lib64")->target, "usr/lib64");
  EXPECT_EQ(tree.find("sbin"), nullptr);
  EXPECT_EQ(tree.find("usr/bin/sh")->mode, 0755u);
  EXPECT_EQ(tree.find("usr/bin/env")->digest, digest_of("env"));
  EXPECT_EQ(tree.find("usr/lib64/ld.so")->target, "/lib/ld.so");
  EXPECT_EQ(tree.find("bin/sh"), nullptr);
  EXPECT_NE(tree.find("etc/motd"), nullptr);
}

TEST_F(DebianTree, LinksStillLeadWhereTheyDid) {
  const auto tree = merged_usr(tree_of({link_to("bin/a", "../etc/a"), link_to("bin/b", "c"), link_to("lib/x/d", "../e"),
                                        link_to("lib/x/f", "../../etc/f")}));
  EXPECT_EQ(tree.find("usr/bin/a")->target, "../../etc/a");
  EXPECT_EQ(tree.find("usr/bin/b")->target, "c");
  EXPECT_EQ(tree.find("usr/lib/x/d")->target, "../e");
  EXPECT_EQ(tree.find("usr/lib/x/f")->target, "../../../etc/f");
}

TEST_F(DebianTree, OfTwoThatBecomeOneUsrStands) {
  const auto tree = merged_usr(tree_of({file("bin/which", "old"), file("usr/bin/which", "new")}));
  EXPECT_EQ(tree.find("usr/bin/which")->digest, digest_of("new"));
}

TEST_F(DebianTree, FoldersAreAsTheFirstPackageHasThem) {
  work.add_tree("deb.a", tree_of({directory("srv", 0700), file("srv/a", "a")}));
  work.add_tree("deb.b", tree_of({directory("srv", 0755), file("srv/b", "b")}));
  const auto tree = debian_tree(work, false);
  EXPECT_EQ(tree.find("srv")->mode, 0700u);
  EXPECT_NE(tree.find("srv/b"), nullptr);
}

TEST_F(DebianTree, TwoPackagesWithOnePathAreRefused) {
  work.add_tree("deb.a", tree_of({file("srv/x", "a")}));
  work.add_tree("deb.b", tree_of({file("srv/x", "b")}));
  try {
    (void)debian_tree(work, true);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics.front().kind, Kind::two_owners);
    EXPECT_EQ(failure.diagnostics.front().message, "path /srv/x has two owners: Debian's 'a' and Debian's 'b'");
    EXPECT_EQ(failure.diagnostics.front().notes.size(), 2u);
  }
}

TEST_F(DebianTree, AStyleTrimsLinksAndAddsFiles) {
  work.said = {{"options", {{"merged-usr", true}, {"links", {{"/usr/bin/awk", "mawk"}}}}},
               {"keep", {"usr/bin", "etc/own"}},
               {"drop", {"usr/bin/doc"}}};
  work.add_tree("deb.a", tree_of({file("bin/mawk", "m", 04755), file("usr/bin/doc", "d"), file("usr/share/x", "x")}));
  work.add_file("files/etc/own", "mine");
  find("debian-binary")->action.run(work);
  const auto tree = work.tree("tree");
  EXPECT_EQ(tree.find("usr/bin/mawk")->mode, 04755u);
  EXPECT_EQ(tree.find("usr/bin/awk")->target, "mawk");
  EXPECT_EQ(tree.find("usr/bin/doc"), nullptr);
  EXPECT_EQ(tree.find("usr/share"), nullptr);
  EXPECT_EQ(work.store().read(tree.find("etc/own")->digest), "mine");
}

TEST_F(DebianTree, AToolRootMakesNobodyRoot) {
  work.said = {{"links", {{"/usr/bin/awk", "mawk"}}}, {"drop", {"etc/**"}}};
  const auto deb = packed("mkdir bin etc; echo su >bin/su; chmod 4755 bin/su; echo x >etc/shadow");
  work.add_tree("debs", tree_of({file("a.deb", deb)}));
  tool_root_action().run(work);
  const auto tree = work.tree("tree");
  EXPECT_EQ(tree.find("usr/bin/su")->mode, 0755u);
  EXPECT_EQ(tree.find("bin")->target, "usr/bin");
  EXPECT_EQ(tree.find("etc/shadow"), nullptr);
}

}  // namespace
}  // namespace kjx::style
