#include "diag/render.h"

#include <gtest/gtest.h>

#include <sstream>

#include "diag/testing.h"

namespace kjx {
namespace {

const auto recipe = std::make_shared<SourceText>(SourceText{"a/recipe.yaml", "summary: x\nversoin: 1.0\nhome: y\n"});
const auto other = std::make_shared<SourceText>(SourceText{"b.yaml", "one\n"});

TEST(Render, PlaceLineCaretHelpAndNotes) {
  const Diagnostic diagnostic{.kind = Kind::unknown_key,
                              .where = {recipe, 2, 1, 7},
                              .message = "unknown key 'versoin' in a package",
                              .help = "did you mean 'version'?\nor something else?",
                              .notes = {{{other, 1, 2}, "see here"}, {{}, "no place"}}};
  expect_diagnostics({diagnostic}, R"(
a/recipe.yaml:2:1: error: unknown key 'versoin' in a package [unknown-key]
    2 | versoin: 1.0
      | ^~~~~~~
  help: did you mean 'version'?
        or something else?
b.yaml:1:2: note: see here
    1 | one
      |  ^
note: no place
)");
}

TEST(Render, AFileAsAWholeAndNowhere) {
  expect_diagnostics(
      {{.kind = Kind::unreadable, .where = {recipe}, .message = "too long"}, {.kind = Kind::io, .message = "no disk"}},
      R"(
a/recipe.yaml: error: too long [unreadable]
error: no disk [io]
)");
}

TEST(Render, SortedAndEachOnce) {
  const Diagnostic late{.kind = Kind::bad_value, .where = {recipe, 3, 1, 4}, .message = "late"};
  const Diagnostic early{.kind = Kind::bad_value, .where = {recipe, 1, 1, 7}, .message = "early"};
  const Diagnostic in_other{.kind = Kind::bad_value, .where = {other, 1, 1, 3}, .message = "other"};
  const Diagnostic nowhere{.kind = Kind::usage, .message = "nowhere"};
  expect_diagnostics({nowhere, late, in_other, early, late}, R"(
a/recipe.yaml:1:1: error: early [bad-value]
    1 | summary: x
      | ^~~~~~~
a/recipe.yaml:3:1: error: late [bad-value]
    3 | home: y
      | ^~~~
b.yaml:1:1: error: other [bad-value]
    1 | one
      | ^~~
error: nowhere [usage]
)");
}

std::string rendered_with(const RenderStyle& style, int count) {
  std::vector<Diagnostic> all;
  for (int i = 0; i < count; ++i) all.push_back({.kind = Kind::usage, .message = "number " + std::to_string(100 + i)});
  std::ostringstream out;
  render(out, all, style);
  return out.str();
}

TEST(Render, FurtherOnesAreCounted) {
  EXPECT_EQ(rendered_with({.most = 1}, 1), "error: number 100 [usage]\n");
  EXPECT_EQ(rendered_with({.most = 1}, 2), "error: number 100 [usage]\n1 more error\n");
  EXPECT_EQ(rendered_with({.most = 1}, 9), "error: number 100 [usage]\n8 more errors\n");
  EXPECT_TRUE(rendered_with({}, 25).ends_with("error: number 119 [usage]\n5 more errors\n"));
}

TEST(Render, ColorsOnlyWhenAsked) {
  EXPECT_EQ(rendered_with({.color = true}, 1), "\x1b[1;31merror:\x1b[0m number 100 [usage]\n");
}

TEST(Render, NothingInAMessageReachesTheTerminalRaw) {
  expect_diagnostics({{.kind = Kind::usage, .message = "a\x1b[2J\nb"}}, "error: a\\x1b[2J\\nb [usage]\n");
}

}  // namespace
}  // namespace kjx
