#include "base/utf8.h"

#include <gtest/gtest.h>

namespace kjx {
namespace {

void expect_point(std::string_view text, std::uint32_t value, std::size_t bytes) {
  const CodePoint point = first_code_point(text);
  EXPECT_EQ(point.value, value) << text;
  EXPECT_EQ(point.bytes, bytes) << text;
}

TEST(Utf8, EveryLength) {
  expect_point("ab", 'a', 1);
  expect_point("\xc3\xa9t", 0xe9, 2);
  expect_point("\xe2\x82\xac", 0x20ac, 3);
  expect_point("\xf0\x9f\x98\x80", 0x1f600, 4);
}

TEST(Utf8, WhatIsNone) {
  for (const std::string_view text : {"\x80", "\xc3", "\xc3(", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80", "\xf0\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(first_code_point(text).bytes, 0u) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace kjx
