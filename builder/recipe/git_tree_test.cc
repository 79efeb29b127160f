#include "recipe/git_tree.h"

#include <gtest/gtest.h>

namespace kjx::recipe {
namespace {

const std::string one(40, '1');
const std::string two(40, '2');

std::string commit_in(std::map<std::filesystem::path, std::string> files, const char* folder = "/l") {
  MemoryDisk disk;
  disk.files = std::move(files);
  const auto tree = git_tree(disk, folder);
  return tree ? tree->folder.string() + " " + tree->commit : "none";
}

TEST(GitTree, OfABranch) {
  EXPECT_EQ(commit_in({{"/l/.git/HEAD", "ref: refs/heads/main\n"}, {"/l/.git/refs/heads/main", one + "\n"}}),
            "/l " + one);
}

TEST(GitTree, OfAPackedBranch) {
  EXPECT_EQ(commit_in({{"/l/.git/HEAD", "ref: refs/heads/main\n"},
                       {"/l/.git/packed-refs", "# pack-refs with: peeled\n" + two + " refs/heads/main2\n" + one +
                                                   " refs/heads/main\n^" + two + "\n"}}),
            "/l " + one);
}

TEST(GitTree, OfACommitWithoutABranch) { EXPECT_EQ(commit_in({{"/l/.git/HEAD", one + "\n"}}), "/l " + one); }

TEST(GitTree, AboveTheLayer) { EXPECT_EQ(commit_in({{"/l/.git/HEAD", one}, {"/l/a/b/x", ""}}, "/l/a/b"), "/l " + one); }

TEST(GitTree, OfAFurtherWorkTree) {
  EXPECT_EQ(commit_in({{"/l/.git", "gitdir: /first/.git/worktrees/l\n"},
                       {"/first/.git/worktrees/l/HEAD", "ref: refs/heads/side\n"},
                       {"/first/.git/worktrees/l/commondir", "../..\n"},
                       {"/first/.git/refs/heads/side", two + "\n"}}),
            "/l " + two);
}

TEST(GitTree, OfASubmodule) {
  EXPECT_EQ(commit_in({{"/m/l/.git", "gitdir: ../.git/modules/l\n"}, {"/m/.git/modules/l/HEAD", one}}, "/m/l"),
            "/m/l " + one);
}

TEST(GitTree, BeforeTheFirstCommit) { EXPECT_EQ(commit_in({{"/l/.git/HEAD", "ref: refs/heads/main\n"}}), "/l "); }

TEST(GitTree, WithoutOne) { EXPECT_EQ(commit_in({{"/l/x", ""}}), "none"); }

}  // namespace
}  // namespace kjx::recipe
