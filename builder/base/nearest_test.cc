#include "base/nearest.h"

#include <gtest/gtest.h>

namespace kjx {
namespace {

TEST(EditDistance, CountsEveryKindOfMistakeOnce) {
  EXPECT_EQ(edit_distance("version", "version"), 0);
  EXPECT_EQ(edit_distance("versoin", "version"), 1);   // swapped
  EXPECT_EQ(edit_distance("verion", "version"), 1);    // left out
  EXPECT_EQ(edit_distance("verssion", "version"), 1);  // too much
  EXPECT_EQ(edit_distance("wersion", "version"), 1);   // wrong
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(Nearest, TakesTheNearestOne) { EXPECT_EQ(nearest("dropbaer", {"busybox", "dropbear", "dropbar"}), "dropbear"); }

TEST(Nearest, NothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("kernel", {"musl", "busybox"}), std::nullopt);
  EXPECT_EQ(nearest("ab", {"ba"}), std::nullopt);
  EXPECT_EQ(nearest("x", {}), std::nullopt);
  EXPECT_EQ(nearest("abcdefghijklmnop", {"ABCDefghijklmnop"}), std::nullopt);  // four wrong are too many at any length
}

}  // namespace
}  // namespace kjx
