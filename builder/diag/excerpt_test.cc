#include "diag/excerpt.h"

#include <gtest/gtest.h>

namespace kjx {
namespace {

void expect_excerpt(std::string_view line, int column, int length, std::string_view shown, std::string_view marks) {
  const Excerpt got = excerpt(line, column, length);
  EXPECT_EQ(got.line, shown);
  EXPECT_EQ(got.marks, marks);
}

TEST(Excerpt, Underlines) {
  expect_excerpt("a: word", 4, 4, "a: word", "   ^~~~");
  expect_excerpt("a", 1, 1, "a", "^");
}

TEST(Excerpt, TabsAreExpanded) {
  expect_excerpt("a:\tword", 4, 4, "a:      word", "        ^~~~");
  expect_excerpt("\t\tx", 3, 1, "                x", "                ^");
}

TEST(Excerpt, CountsCharactersNotBytes) {
  expect_excerpt("\xc3\xa9t\xc3\xa9: x", 8, 1, "\xc3\xa9t\xc3\xa9: x", "     ^");
}

TEST(Excerpt, ControlCharactersAreShown) {
  expect_excerpt("a\x1b[31m: x", 2, 1, "a\\x1b[31m: x", " ^~~~");
  expect_excerpt("\xff: x", 4, 1, "\\xff: x", "      ^");
  expect_excerpt("a\xe2\x80\xae: x", 7, 1, "a<U+202E>: x", "           ^");
}

TEST(Excerpt, StaysWithinTheLine) {
  expect_excerpt("ab", 2, 50, "ab", " ^");
  expect_excerpt("ab", 3, 1, "ab", "  ^");
  expect_excerpt("ab", 99, 9, "ab", "  ^");
  expect_excerpt("", 1, 1, "", "^");
  expect_excerpt("ab", 0, 0, "ab", "^");
}

TEST(Excerpt, LongLinesAreCutAroundTheCaret) {
  const std::string line = std::string(200, 'a') + "X" + std::string(200, 'b');
  expect_excerpt(line, 201, 1, "..." + std::string(50, 'a') + "X" + std::string(49, 'b') + "...",
                 std::string(53, ' ') + "^");
  expect_excerpt(line, 1, 1000, std::string(100, 'a') + "...", "^" + std::string(99, '~'));
  expect_excerpt(line, 402, 1, "..." + std::string(50, 'b'), std::string(53, ' ') + "^");
}

TEST(Excerpt, MegabytesInOneLine) {
  std::string line;
  for (int i = 0; i < 1'000'000; ++i) line += "\xc3\xa9";
  std::string cut;
  for (int i = 0; i < 100; ++i) cut += "\xc3\xa9";
  expect_excerpt(line, 1'000'001, 2, "..." + cut + "...", std::string(53, ' ') + "^");
}

TEST(Visible, OneLine) {
  EXPECT_EQ(visible("a\nb\tc\r"), "a\\nb\\tc\\x0d");
  EXPECT_EQ(visible("d\xc3\xa9j\xc3\xa0"), "d\xc3\xa9j\xc3\xa0");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\x9b31m");
}

}  // namespace
}  // namespace kjx
