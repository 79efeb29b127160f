#include <gtest/gtest.h>

#include "graph/graph.h"

namespace kjx::graph {
namespace {

Action action(std::string name, std::vector<Input> inputs = {}) {
  Action each;
  each.name = std::move(name);
  each.kind = "test";
  each.inputs = std::move(inputs);
  each.outputs = {"tree"};
  return each;
}

std::vector<std::string> errors(const Graph& graph) {
  Diagnostics diagnostics;
  check(graph, diagnostics);
  std::vector<std::string> messages;
  for (const auto& each : diagnostics.list()) messages.push_back(each.message);
  return messages;
}

using Messages = std::vector<std::string>;

TEST(CheckTest, WholeGraphHasNoErrors) {
  Graph graph;
  graph.actions = {action("a"), action("b", {{"in", "a", "tree"}})};
  graph.exports = {{"b", "tree", "images/b.iso"}};
  graph.targets = {{"all", {"a"}, {"images/b.iso"}}};
  graph.default_target = "all";
  EXPECT_EQ(errors(graph), Messages{});
}

TEST(CheckTest, TwoActionsOfOneName) {
  Graph graph;
  graph.actions = {action("a"), action("a")};
  EXPECT_EQ(errors(graph), Messages{"two actions are called 'a'"});
}

TEST(CheckTest, InputThatNothingMakes) {
  Graph graph;
  graph.actions = {action("a", {{"in", "b", "tree"}})};
  EXPECT_EQ(errors(graph), Messages{"action 'a' reads 'b', which nothing makes"});
}

TEST(CheckTest, OutputThatItsProducerDoesNotHave) {
  Graph graph;
  graph.actions = {action("a"), action("b", {{"in", "a", "modules"}})};
  EXPECT_EQ(errors(graph), Messages{"action 'b' reads 'modules' of 'a', which makes only: tree"});
}

TEST(CheckTest, CycleIsShownAsItsPath) {
  Graph graph;
  graph.actions = {action("a", {{"in", "b", "tree"}}), action("b", {{"in", "c", "tree"}}),
                   action("c", {{"in", "b", "tree"}})};
  EXPECT_EQ(errors(graph), Messages{"action 'b' needs itself: b -> c -> b"});
}

TEST(CheckTest, OnePathPutOutTwice) {
  Graph graph;
  graph.actions = {action("a"), action("b")};
  graph.exports = {{"a", "tree", "images/x"}, {"b", "tree", "images/x"}};
  EXPECT_EQ(errors(graph), Messages{"two actions put out 'images/x'"});
}

TEST(CheckTest, NamesThatWouldLeaveTheirFolder) {
  Graph graph;
  graph.actions = {action("../a"), action("a b"), action(".a")};
  EXPECT_EQ(errors(graph).size(), 3u);
  graph.actions = {action("a")};
  graph.exports = {{"a", "tree", "../x"}, {"a", "tree", "/etc/x"}};
  EXPECT_EQ(errors(graph).size(), 2u);
}

TEST(CheckTest, TargetsNameWhatIsThere) {
  Graph graph;
  graph.actions = {action("a")};
  graph.targets = {{"all", {"b"}, {"images/y"}}};
  graph.default_target = "none";
  EXPECT_EQ(errors(graph), (Messages{"target 'all' names 'b', which nothing makes",
                                     "target 'all' names 'images/y', which nothing puts out",
                                     "the default target 'none' does not exist"}));
}

TEST(ActionTextTest, GoesThereAndBack) {
  Action whole = action("busybox", {{"sysroot.0", "musl", "tree"}});
  whole.description = {{"version", "1.37.0"}};
  whole.files = {{"patch/a", "/layer/a.patch", kjx::digest_of("a"), true}};
  whole.tools = {"gcc"};
  whole.summary = "busybox 1.37.0";
  whole.secrets = {{"key", "/home/key.pem"}};
  whole.where = {std::make_shared<SourceText>(SourceText{"recipe.yaml", "one\ntwo\n"}), 2, 1, 3};
  const auto back = parse_action(action_text(whole), where_text(whole));
  EXPECT_EQ(action_text(back), action_text(whole));
  EXPECT_EQ(where_text(back), where_text(whole));
  EXPECT_EQ(back.where.file->line(2), "two");
}

TEST(ActionTextTest, PlacesAreNoPartOfIt) {
  Action here = action("a");
  here.files = {{"patch/a", "/here/a.patch", kjx::digest_of("a"), false}};
  Action there = here;
  there.files[0].path = "/there/a.patch";
  there.where = {std::make_shared<SourceText>(SourceText{"x.yaml", ""}), 9, 1};
  there.summary = "another";
  EXPECT_EQ(digest_of(here), digest_of(there));
  there.files[0].digest = kjx::digest_of("b");
  EXPECT_NE(digest_of(here), digest_of(there));
}

TEST(ActionTextTest, AnotherVersionIsRefused) {
  try {
    (void)parse_action("{\"version\": 0}", "{\"version\": 0}");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics[0].message,
              "an action file was written by another version of kjx: its version differs");
  }
}

}  // namespace
}  // namespace kjx::graph
