#include "graph/outline.h"

#include <gmock/gmock.h>

namespace kjx::graph {
namespace {

using testing::ElementsAre;

Action reads(std::string name, const std::vector<std::string>& producers) {
  Action made;
  made.name = std::move(name);
  made.kind = "style.make";
  for (const auto& producer : producers) made.inputs.push_back({producer, producer, "tree"});
  return made;
}

// Readers before producers, one read twice, and one that nobody reads.
Graph backwards() {
  Graph graph;
  graph.actions = {reads("image", {"one", "two", "one"}), reads("two", {"one"}), reads("alone", {}), reads("one", {})};
  graph.actions[2].always = true;
  graph.exports = {{"image", "iso", "images/x.iso"}};
  graph.targets = {{"x", {}, {"images/x.iso"}}, {"two", {"two"}, {}}};
  graph.default_target = "x";
  return graph;
}

std::vector<std::string> names(const Outline& outline, const std::vector<bool>& which) {
  std::vector<std::string> some;
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (which[i]) some.push_back(outline.nodes[i].name);
  }
  return some;
}

TEST(Outline, ProducersStandBeforeReaders) {
  const auto outline = outline_of(backwards());
  ASSERT_EQ(outline.nodes.size(), 4);
  EXPECT_EQ(outline.nodes[0], (Outline::Node{"one", "style.make", false, {}}));
  EXPECT_EQ(outline.nodes[1], (Outline::Node{"two", "style.make", false, {0}}));
  EXPECT_EQ(outline.nodes[2], (Outline::Node{"image", "style.make", false, {0, 1}}));
  EXPECT_EQ(outline.nodes[3], (Outline::Node{"alone", "style.make", true, {}}));
}

TEST(Outline, ComesBackFromItsText) {
  const auto outline = outline_of(backwards());
  EXPECT_EQ(parse_outline(outline_text(outline)), outline);
}

TEST(Outline, OtherTextsAreNone) {
  for (const char* const text : {"", "{}", "[]", R"({"actions":[["a","k",false,[0]]],"makers":{},"default":""})",
                                 R"({"actions":[["a","k",false]],"makers":{},"default":""})"}) {
    EXPECT_FALSE(parse_outline(text)) << text;
  }
}

TEST(Outline, NeededByATargetAFileOrAResult) {
  const auto outline = outline_of(backwards());
  EXPECT_THAT(names(outline, needed(outline, {})), ElementsAre("one", "two", "image"));
  EXPECT_THAT(names(outline, needed(outline, {"two"})), ElementsAre("one", "two"));
  EXPECT_THAT(names(outline, needed(outline, {"images/x.iso"})), ElementsAre("one", "two", "image"));
  EXPECT_THAT(names(outline, needed(outline, {"results/alone.json", "nobody's"})), ElementsAre("alone"));
}

TEST(Outline, ALongChainIsNoMatterOfTheStack) {
  Graph graph;
  for (int i = 200'000; i > 0; --i)
    graph.actions.push_back(
        reads(std::to_string(i), i > 1 ? std::vector{std::to_string(i - 1)} : std::vector<std::string>{}));
  EXPECT_EQ(outline_of(graph).nodes.back().name, "200000");
}

}  // namespace
}  // namespace kjx::graph
