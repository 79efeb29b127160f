#include "ninja/writer.h"

#include <gtest/gtest.h>

namespace kjx::ninja {
namespace {

TEST(EscapeTest, Path) {
  EXPECT_EQ(escape_path("a b:c$d"), "a$ b$:c$$d");
  EXPECT_EQ(escape_value("a b:c$d"), "a b:c$$d");
}

graph::Action action(std::string name) {
  graph::Action each;
  each.name = std::move(name);
  each.kind = "test";
  each.outputs = {"tree"};
  return each;
}

TEST(WriterTest, WholeFile) {
  graph::Graph graph;
  graph.actions = {action("a"), action("b")};
  graph.actions[0].always = true;
  graph.actions[1].summary = "b $1";
  graph.actions[1].inputs = {{"x", "a", "tree"}, {"y", "a", "tree"}};
  graph.exports = {{"b", "tree", "images/b.iso"}};
  graph.targets = {{"iso", {"a"}, {"images/b.iso"}}};
  graph.default_target = "iso";
  const auto digest = [&](int i) { return graph::digest_of(graph.actions[static_cast<std::size_t>(i)]).hex(); };
  EXPECT_EQ(text(graph, {"/my bin/kjx", "/out", {"/my bin/kjx", "gen"}}),
            "# Written by kjx gen; changes are lost.\n"
            "ninja_required_version = 1.8\n\n"
            "rule step\n  command = '/my bin/kjx' step $action $digest\n  description = $summary\n  restat = 1\n\n"
            "rule export\n  command = '/my bin/kjx' step --export $action $output $out\n  description = $out\n\n"
            "rule plan\n  command = '/my bin/kjx' gen\n  description = plan\n  generator = 1\n  restat = 1\n  depfile "
            "= build.ninja.d\n\n"
            "build build.ninja: plan\n"
            "build always: phony\n\n"
            "build results/a.json: step | always\n  action = a\n  digest = " +
                digest(0) +
                "\n  summary = a\n"
                "build results/b.json: step | results/a.json\n  action = b\n  digest = " +
                digest(1) +
                "\n  summary = b $$1\n\n"
                "build images/b.iso: export results/b.json\n  action = b\n  output = tree\n\n"
                "build iso: phony results/a.json images/b.iso\n\n"
                "default iso\n");
}

TEST(WriterTest, DepfileEscapesBlanks) {
  graph::Graph graph;
  graph.read = {"/a b/c", "/d$e"};
  EXPECT_EQ(depfile(graph), "build.ninja: \\\n /a\\ b/c \\\n /d$$e\n");
}

}  // namespace
}  // namespace kjx::ninja
