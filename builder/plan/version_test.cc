#include "plan/version.h"

#include <gtest/gtest.h>

namespace kjx::plan {
namespace {

TEST(VersionTest, Compares) {
  EXPECT_TRUE(at_least("0.1.0", "0.1"));
  EXPECT_TRUE(at_least("1.10", "1.9"));
  EXPECT_FALSE(at_least("0.1", "0.1.1"));
  EXPECT_FALSE(at_least("0.9", "1"));
}

TEST(VersionTest, OnlyNumbersAreVersions) {
  EXPECT_FALSE(at_least("1.0", ""));
  EXPECT_FALSE(at_least("1.0", "1.x"));
  EXPECT_FALSE(at_least("1.0", "1.0.0.0"));
  EXPECT_FALSE(at_least("1.0", "-1"));
}

}  // namespace
}  // namespace kjx::plan
