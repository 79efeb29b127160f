#include "verify/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "verify/variations.h"

namespace kjx::verify {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Two workspaces of one graph: `low` makes a tree, `high` is made of it.
class OutcomeTest : public testing::Test {
 protected:
  Built built(const std::string& name, std::string_view bytes, const std::string& seal) {
    Built made{step::Workspace(folder.path() / name / "out"), store::Store(folder.path() / name / "store")};
    graph::Action low{
        .name = "low", .kind = "style.script", .description = nlohmann::json::object(), .outputs = {"tree"}};
    low.where = {std::make_shared<SourceText>(SourceText{"recipe.yaml", "name: low\n"}), 1, 1, 1};
    graph::Action high{.name = "high",
                       .kind = "image.cpio",
                       .description = nlohmann::json::object(),
                       .inputs = {{"root", "low", "tree"}},
                       .outputs = {"file"}};
    high.where = low.where;
    for (const auto& action : {low, high}) {
      write_file(made.workspace.out() / "actions" / (action.name + ".json"), graph::action_text(action));
      write_file(made.workspace.out() / "actions" / (action.name + ".where.json"), graph::where_text(action));
    }
    store::Manifest tree;
    tree.add({.path = "same", .mode = 0644, .digest = made.store.put("same"), .size = 4});
    tree.add({.path = "x", .mode = 0644, .digest = made.store.put(bytes), .size = bytes.size()});
    tree.sort();
    made.workspace.save("low", {{{"tree", made.store.put(tree)}}, {"tree"}});
    made.workspace.save("high", {{{"file", made.store.put(seal)}}, {}});
    return made;
  }
  Outcome compare(Built first, Built second) { return compare_builds(first, second, {"low", "high"}, scratch, {}); }

  TemporaryFolder folder{testing::TempDir(), "verify"};
  inspect::Scratch scratch{folder.path()};
};

TEST_F(OutcomeTest, EqualBuildsHaveNoOrigin) {
  const auto outcome = compare(built("a", "1", "s"), built("b", "1", "s"));
  EXPECT_EQ(outcome.compared, 2u);
  EXPECT_THAT(outcome.origins, IsEmpty());
  EXPECT_THAT(outcome.followers, IsEmpty());
}

TEST_F(OutcomeTest, TheFirstThatDiffersIsNamedWithItsLine) {
  const auto outcome = compare(built("a", "2026-01-01\n", "s"), built("b", "2026-02-01\n", "t"));
  ASSERT_THAT(outcome.origins, SizeIs(1));
  EXPECT_EQ(outcome.origins[0].action, "low");
  EXPECT_EQ(outcome.origins[0].where.text(), "recipe.yaml:1:1");
  EXPECT_THAT(outcome.followers, ElementsAre("high"));
  ASSERT_THAT(outcome.origins[0].outputs, SizeIs(1));
  const auto& tree = outcome.origins[0].outputs[0];
  ASSERT_THAT(tree.inside, SizeIs(1));  // not `same`
  EXPECT_EQ(tree.inside[0].name, "x");
  EXPECT_EQ(diff::causes_in(tree).at(0)->name, "timestamp");
}

TEST_F(OutcomeTest, AnActionWithoutAResultDiffers) {
  auto second = built("b", "1", "s");
  std::filesystem::remove(second.workspace.result_file("high"));
  const auto outcome = compare(built("a", "1", "s"), std::move(second));
  ASSERT_THAT(outcome.origins, SizeIs(1));
  EXPECT_EQ(outcome.origins[0].action, "high");
}

TEST(Variations, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const auto& variation : variations()) EXPECT_TRUE(names.insert(variation.name).second) << variation.name;
  EXPECT_GE(names.size(), 12u);
}

}  // namespace
}  // namespace kjx::verify
