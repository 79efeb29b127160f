#include "graph/dot.h"

#include <gmock/gmock.h>

namespace kjx::graph {
namespace {

using testing::HasSubstr;
using testing::Not;

Action action(std::string name, std::string kind, std::vector<Input> inputs) {
  Action made;
  made.name = std::move(name);
  made.kind = std::move(kind);
  made.inputs = std::move(inputs);
  made.summary = "does \"it\"";
  return made;
}

// A source, a package of it, an image of that and two things made of the image.
Graph example() {
  Graph graph;
  graph.actions = {action("one.source", "fetch", {}), action("one", "style.make", {{"source", "one.source", "file"}}),
                   action("other", "style.make", {}),
                   action("image", "image.tar", {{"a", "one", "tree"}, {"b", "one", "more"}, {"c", "other", "tree"}}),
                   action("sums", "provenance.sums", {{"a", "image", "image"}})};
  graph.exports = {{"image", "image", "images/image.tar"}};
  return graph;
}

TEST(DotText, HasABoxForEachActionAndOneLineBetweenTwo) {
  const auto graph = example();
  const auto text = dot_text(graph, {"one", "other", "image"});
  EXPECT_THAT(text, HasSubstr("  \"one\" [fillcolor=\"#dff0d8\", tooltip=\"does \\\"it\\\"\"];\n"));
  EXPECT_THAT(text, HasSubstr("  \"one\" -> \"image\" [label=\"tree, more\"];\n"));
  EXPECT_THAT(text, HasSubstr("  \"image\" -> \"out/images/image.tar\";\n"));
}

TEST(DotText, LeavesOutWhatIsNotAskedFor) {
  const auto text = dot_text(example(), {"one", "one.source"});
  EXPECT_THAT(text, Not(HasSubstr("image")));
  EXPECT_THAT(text, HasSubstr("\"one.source\" -> \"one\""));
}

}  // namespace
}  // namespace kjx::graph
