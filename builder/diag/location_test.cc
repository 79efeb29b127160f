#include "diag/location.h"

#include <gtest/gtest.h>

namespace kjx {
namespace {

TEST(SourceText, Lines) {
  const SourceText source{"x.yaml", "one\r\n\nthree"};
  EXPECT_EQ(source.line(1), "one");
  EXPECT_EQ(source.line(2), "");
  EXPECT_EQ(source.line(3), "three");
  EXPECT_EQ(source.line(4), "");
  EXPECT_EQ(source.line(0), "");
}

TEST(SourceText, AByteOrderMarkIsNoPartOfTheFirstLine) {
  EXPECT_EQ((SourceText{"x.yaml", "\xef\xbb\xbfone\n"}).line(1), "one");
}

TEST(Location, Text) {
  const auto file = std::make_shared<SourceText>(SourceText{"x.yaml", ""});
  EXPECT_EQ((Location{file, 3, 7}).text(), "x.yaml:3:7");
  EXPECT_EQ(Location{file}.text(), "x.yaml");
  EXPECT_EQ(Location{}.text(), "");
  EXPECT_FALSE(Location{});
}

}  // namespace
}  // namespace kjx
