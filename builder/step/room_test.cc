#include "step/room.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "step/fixture.h"
#include "step/result.h"
#include "step/workspace.h"
#include "store/inventory.h"
#include "store/workspaces.h"

namespace kjx::step {
namespace {

class RoomTest : public Fixture {
 protected:
  // A result with one file of `size` bytes, found `ago` seconds ago.
  Digest remember(const std::string& name, std::size_t size, int ago) {
    const auto file = store_.put(std::string(size, name.front()));
    const auto key = digest_of(name);
    store_.remember(key, result_text({{{"file", file}}, {}}));
    set_mtime(store::results(store_).at(key).path, 1'000'000'000 - ago);
    return file;
  }
  [[nodiscard]] bool remembered(const std::string& name) const { return store_.result(digest_of(name)).has_value(); }
  void use(const std::filesystem::path& out, const std::string& action, const Result& result) {
    Workspace(out).save(action, result);
    store::note_workspace(store_, out);
  }
};

TEST_F(RoomTest, TheLongestUnusedLeavesFirst) {
  const auto old = remember("old", 100'000, 300);
  const auto younger = remember("younger", 100'000, 200);
  const auto before = make_room(store_, 1u << 30, true);
  EXPECT_EQ(before.before, before.after);
  const auto room = make_room(store_, before.after - 1, true);
  EXPECT_EQ(room.results, 1u);
  EXPECT_EQ(room.blobs, 1u);
  EXPECT_FALSE(store_.has(old));
  EXPECT_FALSE(remembered("old"));
  EXPECT_TRUE(store_.has(younger));
  EXPECT_LT(room.after, before.after);
  EXPECT_EQ(make_room(store_, 0, false).before, room.after) << "what it counts is what is there";
}

TEST_F(RoomTest, FindingAResultMakesItYoung) {
  remember("old", 1000, 300);
  const auto younger = remember("younger", 1000, 200);
  store::note_use(store_, digest_of("old"));
  make_room(store_, make_room(store_, 0, false).before - 1, true);
  EXPECT_FALSE(store_.has(younger));
  EXPECT_TRUE(remembered("old"));
}

TEST_F(RoomTest, WhatAWorkspaceUsesStays) {
  const auto file = remember("used", 100'000, 900);
  use(out(), "a", {{{"file", file}}, {}});
  const auto room = make_room(store_, 0, true);
  EXPECT_TRUE(store_.has(file));
  EXPECT_TRUE(remembered("used"));
  EXPECT_EQ(room.used, room.after);
  ASSERT_EQ(room.workspaces.size(), 1u);
  EXPECT_EQ(room.workspaces.front().out, out());
  EXPECT_GE(room.workspaces.front().bytes, 100'000u);
}

TEST_F(RoomTest, SoDoTheFilesOfItsTrees) {
  const auto file = store_.put("in a tree");
  store::Manifest tree;
  tree.add({.path = "file", .mode = 0644, .digest = file, .size = 9});
  const auto text = store_.put(tree);
  use(out(), "a", {{{"tree", text}}, {"tree"}});
  make_room(store_, 0, true);
  EXPECT_TRUE(store_.has(file));
  EXPECT_TRUE(store_.has(text));
}

TEST_F(RoomTest, AWorkspaceThatIsGoneUsesNothing) {
  const auto file = remember("used", 1000, 1);
  use(out(), "a", {{{"file", file}}, {}});
  remove_tree(out());
  EXPECT_THAT(make_room(store_, 0, true).workspaces, testing::IsEmpty());
  EXPECT_FALSE(store_.has(file));
}

TEST_F(RoomTest, AFileOfTwoResultsLeavesWithTheSecond) {
  const auto file = store_.put("of both");
  for (const auto* name : {"one", "two"}) store_.remember(digest_of(name), result_text({{{"file", file}}, {}}));
  const auto all = make_room(store_, 0, false);
  EXPECT_EQ(all.blobs, 1u);
  make_room(store_, all.before - 1, true);
  EXPECT_TRUE(store_.has(file));
  make_room(store_, 0, true);
  EXPECT_FALSE(store_.has(file));
}

TEST_F(RoomTest, WhatNothingNamesAndSourceTreesLeaveBeforeResults) {
  const auto nameless = store_.put("nothing names it");
  write_file(store_.unpacked() / "tree/file", "bytes");
  remember("result", 1000, 900);
  const auto all = make_room(store_, 0, false);
  const auto room = make_room(store_, store::results(store_).at(digest_of("result")).bytes + 4096, true);
  EXPECT_FALSE(store_.has(nameless));
  EXPECT_EQ(room.trees, 1u);
  EXPECT_FALSE(std::filesystem::exists(store_.unpacked() / "tree"));
  EXPECT_TRUE(remembered("result"));
  EXPECT_GT(all.before, room.after);
}

TEST_F(RoomTest, OnlyCountingTakesNothing) {
  const auto file = remember("a", 1000, 1);
  const auto room = make_room(store_, 0, false);
  EXPECT_EQ(room.after, 0u);
  EXPECT_TRUE(store_.has(file));
}

}  // namespace
}  // namespace kjx::step
