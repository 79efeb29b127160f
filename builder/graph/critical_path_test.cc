#include "graph/critical_path.h"

#include <gmock/gmock.h>

namespace kjx::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// 0 and 1 are sources, 2 reads 0, 3 reads 0 and 1, 4 reads 2 and 3.
Outline diamond() {
  Outline outline;
  outline.nodes = {{"a", "", false, {}},
                   {"b", "", false, {}},
                   {"c", "", false, {0}},
                   {"d", "", false, {0, 1}},
                   {"e", "", false, {2, 3}}};
  return outline;
}

TEST(CriticalPath, IsTheLongestChain) {
  const auto path = critical_path(diamond(), {1, 5, 10, 3, 2});
  EXPECT_DOUBLE_EQ(path.seconds, 13);
  EXPECT_THAT(path.nodes, ElementsAre(0, 2, 4));
}

TEST(CriticalPath, FollowsWhatIsSlower) {
  const auto path = critical_path(diamond(), {1, 20, 10, 3, 2});
  EXPECT_DOUBLE_EQ(path.seconds, 25);
  EXPECT_THAT(path.nodes, ElementsAre(1, 3, 4));
}

TEST(CriticalPath, LeavesOutWhatTakesNoTime) {
  EXPECT_THAT(critical_path(diamond(), {0, 0, 4, 0, 2}).nodes, ElementsAre(2, 4));
  EXPECT_THAT(critical_path(diamond(), {0, 0, 0, 0, 0}).nodes, IsEmpty());
  EXPECT_THAT(critical_path({}, {}).nodes, IsEmpty());
}

TEST(CriticalPath, MayEndInTheMiddle) {
  const auto path = critical_path(diamond(), {1, 1, 50, 1, 0});
  EXPECT_DOUBLE_EQ(path.seconds, 51);
  EXPECT_THAT(path.nodes, ElementsAre(0, 2));
}

TEST(Left, IsThePathWhenThereIsRoomAndTheWorkWhenThereIsNone) {
  const std::vector<std::optional<double>> seconds{4.0, 4.0, 4.0, 4.0, 2.0};
  const auto wide = left_of(diamond(), seconds, 8);
  EXPECT_DOUBLE_EQ(wide.seconds, 10);
  EXPECT_DOUBLE_EQ(wide.path, 10);
  const auto narrow = left_of(diamond(), seconds, 0.5);  // no build does less than one at a time
  EXPECT_DOUBLE_EQ(narrow.seconds, 18);
  EXPECT_DOUBLE_EQ(narrow.path, 10);
  EXPECT_DOUBLE_EQ(left_of(diamond(), seconds, 1.5).seconds, 12);
}

TEST(Left, WhatIsNotKnownIsCountedAndNotInvented) {
  const auto left = left_of(diamond(), {0.0, std::nullopt, 3.0, std::nullopt, 2.0}, 1);
  EXPECT_DOUBLE_EQ(left.seconds, 5);
  EXPECT_EQ(left.unknown, 2);
}

}  // namespace
}  // namespace kjx::graph
