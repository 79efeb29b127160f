#include "yaml/text_check.h"

#include "diag/testing.h"

namespace kjx::yaml {
namespace {

void expect_text(std::string text, std::string_view expected, const Limits& limits = {}) {
  Diagnostics diagnostics;
  const auto source = std::make_shared<SourceText>(SourceText{"x.yaml", std::move(text)});
  EXPECT_EQ(check_text(source, diagnostics, limits), expected.empty());
  expect_diagnostics(diagnostics, expected);
}

void expect_good(std::string text) { expect_text(std::move(text), ""); }

TEST(TextCheck, ByteOrderMarkAndBothLineEndsAreAccepted) {
  expect_good(
      "\xef\xbb\xbf"
      "a: 1\r\nb: caf\xc3\xa9\r\n");
  expect_good("");
}

TEST(TextCheck, NotUtf8) {
  expect_text("a: 1\nb: \"\xe9t\xe9\"\n", R"(
x.yaml:2:5: error: the file is not UTF-8 text [yaml-syntax]
    2 | b: "\xe9t\xe9"
      |     ^~~~
  help: save it as UTF-8
)");
}

TEST(TextCheck, NulAndOtherControlCharacters) {
  expect_text(std::string("a: 1\nb\0: 2\n", 11), R"(
x.yaml:2:2: error: control character U+0000 in the file [yaml-syntax]
    2 | b\x00: 2
      |  ^~~~
  help: remove it, or write it as an escape in double quotes
)");
  expect_text("a: \x1b[2J", R"(
x.yaml:1:4: error: control character U+001B in the file [yaml-syntax]
    1 | a: \x1b[2J
      |    ^~~~
  help: remove it, or write it as an escape in double quotes
)");
  expect_text("a: \xc2\x80", R"(
x.yaml:1:4: error: control character U+0080 in the file [yaml-syntax]
    1 | a: \x80
      |    ^~~~
  help: remove it, or write it as an escape in double quotes
)");
}

TEST(TextCheck, LoneCarriageReturn) {
  expect_text("a: 1\rb: 2\n", R"(
x.yaml:1:5: error: a carriage return without a newline [yaml-syntax]
    1 | a: 1\x0db: 2
      |     ^~~~
  help: end lines with a newline
)");
}

TEST(TextCheck, TabsForIndentation) {
  expect_text("a:\n\tb: 1\n", R"(
x.yaml:2:1: error: a tab is used for indentation [yaml-syntax]
    2 |         b: 1
      | ^~~~~~~~
  help: use spaces
)");
  expect_text("a:\n  - x\n  \t- y\n", R"(
x.yaml:3:3: error: a tab is used for indentation [yaml-syntax]
    3 |         - y
      |   ^~~~~~
  help: use spaces
)");
  expect_text("a: |\n\ttext\n", R"(
x.yaml:2:1: error: a tab is used for indentation [yaml-syntax]
    2 |         text
      | ^~~~~~~~
  help: use spaces
)");
}

TEST(TextCheck, TabsElsewhere) {
  expect_good("a:\t1\nb: 2\t# two\n\t\n\t# a comment\n");
  expect_good("a: |\n  all:\n  \tcc\n\n  \tld\nb: 1\n");
  expect_good("- >-2 # folded\n    x\n  \ty\n");
  expect_good("a:\n  b: |+\n    x\n    \ty\nc: |\n  \tz\n");
}

TEST(TextCheck, TabsAfterABlockHasEnded) {
  expect_text("a: |\n  x\nb:\n\t- y\n", R"(
x.yaml:4:1: error: a tab is used for indentation [yaml-syntax]
    4 |         - y
      | ^~~~~~~~
  help: use spaces
)");
}

TEST(TextCheck, TooLong) {
  expect_text(std::string(101, 'x'), R"(
x.yaml: error: the file has 101 bytes, but at most 100 are read [yaml-limit]
  help: split it, or put data into a file of its own
)",
              {.bytes = 100});
}

TEST(TextCheck, TooManyBrackets) {
  expect_text("[[[{[[[[[[[[[[[[[[", R"(
x.yaml:1:17: error: more than 16 brackets are open at once [yaml-limit]
    1 | [[[{[[[[[[[[[[[[[[
      |                 ^
)",
              {.depth = 1});
  expect_text("[a,b,c,d,e]", R"(
x.yaml:1:9: error: the file holds more than 4 brackets and commas [yaml-limit]
    1 | [a,b,c,d,e]
      |         ^
)",
              {.nodes = 1});
  expect_good("a: '}}}]]]'\nb: [[], [], {}]\n");
}

}  // namespace
}  // namespace kjx::yaml
