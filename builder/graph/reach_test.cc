#include "graph/reach.h"

#include <gmock/gmock.h>

namespace kjx::graph {
namespace {

using testing::ElementsAre;

Action reader(std::string name, const std::vector<std::string>& producers) {
  Action made;
  made.name = std::move(name);
  for (const auto& producer : producers) made.inputs.push_back({producer, producer, "tree"});
  return made;
}

// A source, a package of it, another one, an image of both and its sums.
Graph five() {
  Graph graph;
  graph.actions = {reader("source", {}), reader("one", {"source"}), reader("other", {}),
                   reader("image", {"one", "other"}), reader("sums", {"image"})};
  return graph;
}

TEST(Needed, IsEverythingBelow) {
  EXPECT_THAT(needed(five(), {"one"}), ElementsAre("one", "source"));
  EXPECT_THAT(needed(five(), {"image", "one"}), ElementsAre("image", "one", "other", "source"));
}

TEST(Around, IsAllThatIsNeededAndWhoNeedsItAtFirstHand) {
  EXPECT_THAT(around(five(), {"one"}), ElementsAre("image", "one", "source"));
  EXPECT_THAT(around(five(), {"sums"}), ElementsAre("image", "one", "other", "source", "sums"));
}

}  // namespace
}  // namespace kjx::graph
