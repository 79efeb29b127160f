#include "guest/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kjx::guest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Console, EscapesAndReturnsAreNoText) {
  Console console;
  console.add("\x1b[2J\x1b[1;31mred\x1b[0m\r\n\x1b]0;title\atext\x07\n");
  EXPECT_EQ(console.text(), "red\ntext\n");
}

TEST(Console, AnEscapeMayComeInTwoPieces) {
  Console console;
  console.add("a\x1b");
  console.add("[3");
  console.add("1mb");
  EXPECT_EQ(console.text(), "ab");
}

TEST(Console, LastLinesLeaveEmptyOnesOut) {
  Console console;
  EXPECT_THAT(console.last_lines(2), IsEmpty());
  console.add("one\n\ntwo\n\nthree");
  EXPECT_THAT(console.last_lines(2), ElementsAre("two", "three"));
}

TEST(Console, FindsTheLastLineWithWords) {
  Console console;
  console.add("x panic 1\nnothing\ny panic 2\n");
  EXPECT_EQ(console.line_with("panic"), "y panic 2");
  EXPECT_EQ(console.line_with("absent"), "");
}

TEST(Console, SaysWhatWasSaidMostOften) {
  Console console;
  console.add("a\nb\nb\nc\n");
  EXPECT_EQ(console.commonest_line(), "b");
}

TEST(Console, CountsWhatItDoesNotKeep) {
  Console console;
  console.add(std::string(5 << 20, 'y'));
  EXPECT_EQ(console.bytes(), 5U << 20);
  EXPECT_LE(console.text().size(), 4U << 20);
}

}  // namespace
}  // namespace kjx::guest
