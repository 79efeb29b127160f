#include "diff/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/file.h"
#include "diff/show.h"

namespace kjx::diff {
namespace {

using inspect::Content;
using inspect::Part;
using inspect::Parts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class CompareTest : public testing::Test {
 protected:
  std::optional<Difference> of(std::string first, std::string second) {
    return compare(Part{"x", {}, Content::of_bytes(std::move(first))},
                   Part{"x", {}, Content::of_bytes(std::move(second))}, scratch);
  }
  static Part file(std::string name, std::string bytes, std::string mode = "0644") {
    return {std::move(name), {{"mode", std::move(mode)}}, Content::of_bytes(std::move(bytes))};
  }
  std::optional<Difference> of(std::vector<Part> first, std::vector<Part> second) {
    return compare("x", Parts{"folder", {}, std::move(first)}, Parts{"folder", {}, std::move(second)}, scratch);
  }
  static std::string text(const Difference& difference) {
    std::ostringstream out;
    show(out, difference);
    return out.str();
  }

  TemporaryFolder folder{testing::TempDir(), "diff"};
  inspect::Scratch scratch{folder.path()};
};

TEST_F(CompareTest, EqualIsNothing) {
  EXPECT_FALSE(of("a", "a"));
  EXPECT_FALSE(of({file("a", "b")}, {file("a", "b")}));
}

TEST_F(CompareTest, TextsDifferInALine) {
  const auto difference = of("a\nb\nc\n", "a\nB\nc\n");
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->kind, "text");
  ASSERT_THAT(difference->findings, SizeIs(1));
  EXPECT_EQ(difference->findings[0].at, 2u);
  EXPECT_EQ(text(*difference), "x (text)\n  line 2: 'b' | 'B'\n");
}

TEST_F(CompareTest, OneLineForEachCause) {
  const auto difference = of("2026-01-01\npid 1100\npid 1200\n", "2026-01-02\npid 2100\npid 2300\n");
  ASSERT_TRUE(difference);
  EXPECT_THAT(difference->findings, SizeIs(2));
  EXPECT_THAT(causes_in(*difference), SizeIs(2));
}

TEST_F(CompareTest, ALastNewlineIsADifference) {
  const auto difference = of("a", "a\n");
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->findings.at(0).what, What::bytes);
}

TEST_F(CompareTest, BytesDifferAtAnOffsetWithWhatCanBeReadThere) {
  const auto difference = of(std::string("\0\1key=one\0", 10), std::string("\0\1key=two\0", 10));
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->findings.at(0).at, 6u);
  EXPECT_THAT(text(*difference), HasSubstr("from byte 6 (0x6): 6f 6e 65 00 | 74 77 6f 00, in 'key=one' | 'key=two'"));
}

TEST_F(CompareTest, FieldsMissingPartsAndOrder) {
  const auto difference =
      of({file("b", ""), file("a", "", "0600"), file("c", "")}, {file("a", ""), file("b", ""), file("d", "")});
  ASSERT_TRUE(difference);
  EXPECT_EQ(text(*difference),
            "x (folder)\n"
            "  only in the first: c\n"
            "  only in the second: d\n"
            "  the same parts in another order: 'b' | 'a' comes first  <- archive order\n"
            "  a (data)\n"
            "    mode: 0600 | 0644  <- permissions from the umask\n"
            "archive order: add members sorted by name: `tar --sort=name`, `find ... | LC_ALL=C sort`\n"
            "permissions from the umask: set the mode of what is installed: `install -m 644`, `chmod`\n");
}

TEST_F(CompareTest, TwoPartsOfOneNameAreMatchedInTurn) {
  const auto difference = of({file("a", "1"), file("a", "2")}, {file("a", "1"), file("a", "3")});
  ASSERT_TRUE(difference);
  ASSERT_THAT(difference->inside, SizeIs(1));
  EXPECT_EQ(difference->inside[0].name, "a (2)");
}

TEST_F(CompareTest, WhatStandsTwiceIsTakenApartOnce) {
  const std::string long_one(5000, 'a');
  const auto difference = of({file("a", long_one + "1"), file("b", long_one + "1")},
                             {file("a", long_one + "2"), file("b", long_one + "2")});
  ASSERT_TRUE(difference);
  ASSERT_THAT(difference->inside, SizeIs(2));
  EXPECT_THAT(difference->inside[0].findings, SizeIs(1));
  EXPECT_THAT(difference->inside[1].findings, SizeIs(0));
  EXPECT_EQ(difference->inside[1].same_as, "a");
  EXPECT_THAT(text(*difference), HasSubstr("  b (data)\n    as in a\n"));
}

TEST_F(CompareTest, JsonHasWhatTheTextHas) {
  const auto difference = of({file("a", "x 2026-01-01\n")}, {file("a", "x 2026-01-02\n")});
  ASSERT_TRUE(difference);
  const auto json = to_json(*difference);
  EXPECT_EQ(json.at("inside").at(0).at("findings").at(0).at("cause"), "timestamp");
  EXPECT_EQ(json.at("inside").at(0).at("findings").at(0).at("at"), 1);
  EXPECT_FALSE(json.contains("findings"));
}

}  // namespace
}  // namespace kjx::diff
