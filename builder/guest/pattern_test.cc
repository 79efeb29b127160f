#include "guest/pattern.h"

#include <gtest/gtest.h>

namespace kjx::guest {
namespace {

TEST(Pattern, MatchesLinesOfATextAnywhere) {
  EXPECT_TRUE(Pattern::found("^two$", "one\ntwo\n"));
  EXPECT_TRUE(Pattern::found("[0-9]+ ms", "took 12 ms"));
  EXPECT_FALSE(Pattern::found("^two$", "two three"));
}

TEST(Pattern, AWrongOneIsSaidAndMatchesNothing) {
  EXPECT_FALSE(Pattern::error("a|b"));
  EXPECT_TRUE(Pattern::error("a("));
  EXPECT_FALSE(Pattern::found("a(", "a("));
}

// std::regex ends the program here.
TEST(Pattern, LongTextsAreFine) { EXPECT_TRUE(Pattern::found("^(x|y)*$", std::string(1'000'000, 'x'))); }

}  // namespace
}  // namespace kjx::guest
