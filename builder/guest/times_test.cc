#include "guest/times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kjx::guest {
namespace {

TEST(Times, WhatTheStagesWrite) {
  const auto times = parse_times("stage1 0.81 1.02\nstage2 1.10\nready sshd 2.50\nup 2.60\n");
  EXPECT_DOUBLE_EQ(*times.stage1_begun, 0.81);
  EXPECT_DOUBLE_EQ(*times.stage1_ended, 1.02);
  EXPECT_DOUBLE_EQ(*times.stage2_begun, 1.10);
  EXPECT_DOUBLE_EQ(times.ready.at("sshd"), 2.5);
  EXPECT_DOUBLE_EQ(*times.up, 2.6);
}

TEST(Times, ServicesThatWereGivenUp) {
  EXPECT_THAT(parse_times("late ntpd sshd\n").late, testing::ElementsAre("ntpd", "sshd"));
}

// It may be read while it is written.
TEST(Times, HalfALineIsNone) {
  const auto times = parse_times("stage1 0.81\nready ss");
  EXPECT_FALSE(times.stage1_ended);
  EXPECT_TRUE(times.ready.empty());
}

}  // namespace
}  // namespace kjx::guest
