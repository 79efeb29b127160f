#include "step/limits.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/file.h"
#include "diag/diagnostic.h"

namespace kjx::step {
namespace {

TEST(Limits, AreReadWithTheirUnits) {
  Limits limits = default_limits();
  EXPECT_GT(limits.memory, std::uint64_t{64} << 20);
  set_limit(limits, "memory=8G");
  set_limit(limits, "processes=17");
  set_limit(limits, "output=3K");
  EXPECT_EQ(limits.memory, std::uint64_t{8} << 30);
  EXPECT_EQ(limits.processes, 17u);
  EXPECT_EQ(limits.output, 3072u);
}

TEST(Limits, WrongOnesAreRefused) {
  Limits limits;
  for (const char* const text : {"", "memory", "memory=", "memory=0", "memory=-1", "memory=1X", "memory=1GB", "time=1",
                                 "memory=99999999999T", "memory=99999999999999999999"}) {
    EXPECT_THROW(set_limit(limits, text), Failure) << text;
  }
}

TEST(LimitWatch, WhatIsSaidCounts) {
  LimitWatch watch({~0ull, 100, 10}, {});
  watch.said(10);
  EXPECT_FALSE(watch.look(::getpid()));
  watch.said(1);
  EXPECT_TRUE(watch.look(::getpid()));
  EXPECT_EQ(watch.excess()->what, "its programs said more than 10");
  EXPECT_THAT(watch.excess()->help, testing::HasSubstr("`--limit output=20`"));
}

}  // namespace
}  // namespace kjx::step
