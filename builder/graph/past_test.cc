#include "graph/past.h"

#include <gmock/gmock.h>

namespace kjx::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PastBuild build_of(double seconds, std::uint64_t objects = 0) {
  return {"", seconds, 2, "done", {"x"}, {{"busybox", 1, 1 + seconds, Span::How::ran, objects}}};
}

TEST(Past, RemembersTheLastFewTimesOfWhatRan) {
  Past past;
  for (const double seconds : {9.0, 1.0, 2.0, 3.0, 4.0, 5.0}) add(past, build_of(seconds, 7), "f");
  EXPECT_THAT(past.actions["busybox"].seconds, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(past.actions["busybox"].objects, 7);
  EXPECT_DOUBLE_EQ(past.actions["busybox"].median(), 3);
}

TEST(Past, WhatWasFoundOrFailedSaysNothingOfTheTimeItTakes) {
  Past past;
  auto build = build_of(3);
  build.spans = {{"found", 0, 0.1, Span::How::found}, {"failed", 0, 8, Span::How::failed}};
  add(past, build, "f");
  EXPECT_THAT(past.actions, IsEmpty());
}

TEST(Past, FewBuildsAreKeptTheLatestAndTheLargest) {
  Past past;
  std::vector<std::string> gone;
  for (int i = 0; i < 20; ++i) {
    // The third one was the first build, the others are small.
    for (auto& file : add(past, build_of(i == 2 ? 600 : i), std::to_string(i))) gone.push_back(file);
  }
  std::vector<std::string> kept;
  for (const auto& each : past.builds) kept.push_back(each.file);
  EXPECT_THAT(kept, ElementsAre("2", "13", "14", "15", "16", "17", "18", "19"));
  EXPECT_EQ(gone.size(), 12);
}

TEST(Past, HowManyRanAtOnceIsMeasuredAndNeverLessThanOne) {
  Past past;
  EXPECT_DOUBLE_EQ(past.at_once(), 1);
  auto build = build_of(10);
  build.spans.push_back({"beside", 0, 5, Span::How::ran});
  add(past, build, "f");
  EXPECT_DOUBLE_EQ(past.at_once(), 1.5);
  build.spans.clear();
  for (int i = 0; i < 20; ++i) add(past, build, "f");
  EXPECT_DOUBLE_EQ(past.at_once(), 1);
}

TEST(Past, ComesBackFromItsText) {
  Past past;
  add(past, build_of(12.3456, 3), "2026.json");
  const auto again = parse_past(past_text(past));
  EXPECT_EQ(again, past);
  EXPECT_THAT(again.actions.at("busybox").seconds, ElementsAre(12.346));
}

TEST(Past, ABuildComesBackFromItsText) {
  auto build = build_of(12.5, 3);
  build.when = "2026-01-31T12:00:00Z";
  build.spans.push_back({"musl", 0, 0.25, Span::How::found});
  build.spans.push_back({"x", 0, 1.5, Span::How::failed});
  EXPECT_EQ(parse_build(build_text(build)), build);
  EXPECT_DOUBLE_EQ(build.busy(), 14);
}

TEST(Past, WhatCannotBeReadIsNothing) {
  for (const char* const text : {"", "[]", R"({"actions":{"x":[1]}})", R"({"when":"x"})"}) {
    EXPECT_EQ(parse_past(text), Past{}) << text;
    EXPECT_FALSE(parse_build(text)) << text;
  }
  EXPECT_FALSE(
      parse_build(R"({"when":"","seconds":1,"jobs":1,"outcome":"","targets":[],"actions":[["x",0,1,"danced",0]]})"));
}

}  // namespace
}  // namespace kjx::graph
