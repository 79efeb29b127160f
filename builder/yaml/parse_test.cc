#include <fmt/format.h>

#include <chrono>

#include "diag/testing.h"
#include "yaml/node.h"

namespace kjx::yaml {
namespace {

std::shared_ptr<const SourceText> source(std::string text) {
  return std::make_shared<SourceText>(SourceText{"x.yaml", std::move(text)});
}

// One line per value: kind, place, length, text.
void describe(const Node& node, const std::string& indent, std::string& out) {
  const char kind = "nslm"[static_cast<int>(node.kind)];
  out += fmt::format("{}{}{} {}:{}+{} {}\n", indent, kind, node.quoted ? "q" : "", node.where.line, node.where.column,
                     node.where.length, node.scalar);
  for (const Node& item : node.items) describe(item, indent + " ", out);
  for (const auto& [key, value] : node.entries) {
    describe(key, indent + " ", out);
    describe(value, indent + "  ", out);
  }
}

void expect_tree(std::string text, std::string_view expected) {
  Diagnostics diagnostics;
  const std::optional<Node> node = parse(source(std::move(text)), diagnostics);
  expect_diagnostics(diagnostics, "");
  ASSERT_TRUE(node);
  std::string out = "\n";
  describe(*node, "", out);
  EXPECT_EQ(out, expected);
}

void expect_refused(std::string text, std::string_view expected, const Limits& limits = {}) {
  Diagnostics diagnostics;
  EXPECT_FALSE(parse(source(std::move(text)), diagnostics, limits));
  expect_diagnostics(diagnostics, expected);
}

TEST(Parse, EveryValueRemembersItsPlace) {
  expect_tree("a: 1.10\nb:\n  - x # why\n  - \"q \\\" r\"\n  - 'it''s'\nc: {d: [1]}\n", R"(
m 1:1+1 
 s 1:1+1 a
  s 1:4+4 1.10
 s 2:1+1 b
  l 3:3+1 
   s 3:5+1 x
   sq 4:5+8 q " r
   sq 5:5+7 it's
 s 6:1+1 c
  m 6:4+1 
   s 6:5+1 d
    l 6:8+1 
     s 6:9+1 1
)");
}

TEST(Parse, ValuesLeftOutStandWhereTheyShouldBe) {
  expect_tree("a:\nb: ~\nc:\n  -\n  -   # nothing\n\n  # more\n  - x\nd: null\n", R"(
m 1:1+1 
 s 1:1+1 a
  n 1:1+1 
 s 2:1+1 b
  n 2:4+1 
 s 3:1+1 c
  l 4:3+1 
   n 4:3+1 
   n 5:3+1 
   s 8:5+1 x
 s 9:1+1 d
  n 9:4+4 
)");
}

TEST(Parse, BlocksAndLongText) {
  expect_tree("a: |\n  one\n  \ttwo\nb: >-\n  x\n  y\nc: word\n  another\nd: \"x\n  y\"\n", R"(
m 1:1+1 
 s 1:1+1 a
  sq 1:4+1 one
	two

 s 4:1+1 b
  sq 4:4+1 x y
 s 7:1+1 c
  s 7:4+4 word another
 s 9:1+1 d
  sq 9:4+2 x y
)");
}

TEST(Parse, CarriageReturnsAndByteOrderMark) {
  expect_tree(
      "\xef\xbb\xbf"
      "a: |\r\n  x\r\n  y\r\nb: 1\r\n",
      R"(
m 1:1+1 
 s 1:1+1 a
  sq 1:4+1 x
y

 s 4:1+1 b
  s 4:4+1 1
)");
}

TEST(Parse, AnchorsCoreTagsAndMergeKeysAreJustText) {
  expect_tree("a: &x {b: 1}\nc: *x\nd: !!str 5\n<<: e\n", R"(
m 1:1+1 
 s 1:1+1 a
  m 1:4+1 
   s 1:8+1 b
    s 1:11+1 1
 s 2:1+1 c
  m 1:4+1 
   s 1:8+1 b
    s 1:11+1 1
 s 3:1+1 d
  sq 3:4+1 5
 s 4:1+2 <<
  s 4:5+1 e
)");
}

TEST(Parse, EmptyFiles) {
  for (const auto* text : {"", "# only a comment\n", "---\n"}) {
    Diagnostics diagnostics;
    const std::optional<Node> node = parse(source(text), diagnostics);
    ASSERT_TRUE(node);
    EXPECT_EQ(node->kind, Node::Kind::null);
    EXPECT_TRUE(node->where);
  }
}

TEST(Parse, Find) {
  Diagnostics diagnostics;
  const std::optional<Node> node = parse(source("a: 1\nb: 2\n"), diagnostics);
  ASSERT_TRUE(node);
  EXPECT_EQ(node->find("b")->scalar, "2");
  EXPECT_EQ(node->find("c"), nullptr);
}

TEST(Parse, DuplicateKeysAllAtOnce) {
  expect_refused("a: 1\nb:\n  c: 1\n  c: 2\na: 3\na: 4\n", R"(
x.yaml:4:3: error: 'c' is given twice [duplicate-key]
    4 |   c: 2
      |   ^
x.yaml:3:3: note: first given here
    3 |   c: 1
      |   ^
x.yaml:5:1: error: 'a' is given twice [duplicate-key]
    5 | a: 3
      | ^
x.yaml:1:1: note: first given here
    1 | a: 1
      | ^
x.yaml:6:1: error: 'a' is given twice [duplicate-key]
    6 | a: 4
      | ^
x.yaml:1:1: note: first given here
    1 | a: 1
      | ^
)");
}

TEST(Parse, SyntaxErrors) {
  expect_refused("a: b: c\n", R"(
x.yaml:1:5: error: not YAML: illegal map value [yaml-syntax]
    1 | a: b: c
      |     ^
  help: quote text that contains ': '
)");
  expect_refused("a:\n  b: 1\n c: 2\n", R"(
x.yaml:3:2: error: not YAML: end of map not found [yaml-syntax]
    3 |  c: 2
      |  ^
  help: is this line indented like those above it?
)");
  expect_refused("a: \"b\nc: d\n", R"(
x.yaml:1:4: error: not YAML: this quote is never closed [yaml-syntax]
    1 | a: "b
      |    ^
)");
  expect_refused("a: 'b", R"(
x.yaml:1:6: error: not YAML: illegal EOF in scalar [yaml-syntax]
    1 | a: 'b
      |      ^
  help: a closing quote is missing
)");
  expect_refused("a: [b, c\nd: e\n", R"(
x.yaml:2:2: error: not YAML: end of sequence flow not found [yaml-syntax]
    2 | d: e
      |  ^
  help: a ']' is missing
)");
}

TEST(Parse, MoreThanOneDocument) {
  expect_refused("a: 1\n---\nb: 2\n", R"(
x.yaml:2:1: error: more than one document in the file [yaml-syntax]
    2 | ---
      | ^
  help: only one '---' may stand in a file, before everything else
)");
  expect_refused("\"a\" \"b\"\n", R"(
x.yaml:1:5: error: not YAML: something after the end [yaml-syntax]
    1 | "a" "b"
      |     ^
  help: is what stands before it quoted or indented as it should be?
)");
}

TEST(Parse, KeysAreText) {
  expect_refused("[a]: b\n", R"(
x.yaml:1:1: error: a key must be text [yaml-syntax]
    1 | [a]: b
      | ^
  help: quote it, if text is what it is
)");
  expect_refused("~: b\n", R"(
x.yaml:1:1: error: a key must be text [yaml-syntax]
    1 | ~: b
      | ^
  help: quote it, if text is what it is
)");
}

TEST(Parse, TagsAndAliases) {
  expect_refused("a: !exec rm\n", R"(
x.yaml:1:4: error: the tag '!exec' is not allowed [yaml-syntax]
    1 | a: !exec rm
      |    ^
  help: remove it
)");
  expect_refused("a: *b\n", R"(
x.yaml:1:4: error: not YAML: the referenced anchor is not defined [yaml-syntax]
    1 | a: *b
      |    ^
  help: an alias '*x' needs an anchor '&x' before it
)");
  expect_refused("a: &b [*b]\n", R"(
x.yaml:1:8: error: an alias inside what it stands for [yaml-syntax]
    1 | a: &b [*b]
      |        ^
)");
}

TEST(Parse, Depth) {
  expect_refused("a:\n  b:\n    c: 1\n", R"(
x.yaml:3:5: error: lists and maps are nested more than 2 deep [yaml-limit]
    3 |     c: 1
      |     ^
)",
                 {.depth = 2});
  expect_refused("a: &x [[1]]\nb: [*x]\n", R"(
x.yaml:2:5: error: lists and maps are nested more than 3 deep [yaml-limit]
    2 | b: [*x]
      |     ^
)",
                 {.depth = 3});
}

std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

// The kind of refusal is what counts here, and that it comes soon whatever the sanitizers cost.
void expect_cheap_refusal(std::string text) {
  const auto start = std::chrono::steady_clock::now();
  Diagnostics diagnostics;
  EXPECT_FALSE(parse(source(std::move(text)), diagnostics));
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].kind, Kind::yaml_limit) << diagnostics.list()[0].message;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Parse, DepthOfTenThousand) {
  expect_cheap_refusal(repeated("[", 10'000) + repeated("]", 10'000));
  expect_cheap_refusal(repeated("{a: ", 10'000) + repeated("}", 10'000));
  expect_cheap_refusal(repeated("- ", 10'000));
  expect_cheap_refusal(repeated("? ", 10'000));
  expect_cheap_refusal(repeated("[\n", 10'000));
  std::string indented;
  for (int i = 0; i < 2'000; ++i) indented += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  expect_cheap_refusal(std::move(indented));
}

TEST(Parse, HugeFilesAreNotRead) { expect_cheap_refusal(std::string(100u << 20, 'x')); }

TEST(Parse, AliasBombs) {
  std::string bomb = "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol,lol]\n";
  for (int i = 1; i < 12; ++i)
    bomb += fmt::format("a{0}: &a{0} [*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1}]\n", i, i - 1);
  expect_cheap_refusal(bomb);
  expect_cheap_refusal("a: &a " + std::string(1'000'000, 'x') + "\nb: [" + repeated("*a, ", 10'000) + "]\n");
  std::string nested;
  for (int i = 0; i < 63; ++i) nested += fmt::format("&a{} [", i);
  expect_cheap_refusal(nested + repeated("x,", 60'000) + repeated("]", 63));
}

TEST(Parse, AliasBombNamesTheLine) {
  expect_refused("a: &a [1, 2, 3]\nb: [*a, *a]\n", R"(
x.yaml:2:9: error: the file holds more than 16 values [yaml-limit]
    2 | b: [*a, *a]
      |         ^
  help: each alias counts as a copy of what it stands for
)",
                 {.nodes = 16});
}

// Twice the text must not take four times as long: a long line is where looking for its end each time shows.
TEST(Parse, ManyValuesInOneLine) {
  Diagnostics diagnostics;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(parse(source("[" + repeated("abc, \"d\", ", 50'000) + "]"), diagnostics));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Parse, ManyKeys) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += fmt::format("key{}: value\n", i);
  Diagnostics diagnostics;
  const std::optional<Node> node = parse(source(text), diagnostics);
  ASSERT_TRUE(node);
  EXPECT_EQ(node->entries.size(), 50'000u);
}

}  // namespace
}  // namespace kjx::yaml
