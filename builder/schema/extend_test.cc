#include <nlohmann/json.hpp>

#include "diag/testing.h"
#include "schema/schema.h"
#include "schema/testing.h"

namespace kjx::schema {
namespace {

constexpr auto base_text = R"(summary: base
version: 1
packages: [a, b, c]
environment: {A: x, B: y}
log: {keep: 2, filters: [p, q]}
sources: [{url: u}]
style: {make: {targets: [all]}}
)";

struct Extend : testing::Test {
  Diagnostics diagnostics;
  Record base = read_text(base_text, diagnostics);

  Record over(std::string text) {
    Record result = extend(base, read_text("extends: base\n" + std::move(text), diagnostics), diagnostics);
    require_complete(result, diagnostics);
    return result;
  }
  void expect_json(std::string text, std::string_view field, std::string_view json) {
    EXPECT_EQ(over(std::move(text)).json()[std::string(field)].dump(), json);
    expect_diagnostics(diagnostics, "");
  }
};

TEST_F(Extend, WrittenFieldsReplaceAndOthersStay) {
  const Record result = over("version: 2\n");
  EXPECT_EQ(*result.text("summary"), "base");
  EXPECT_EQ(*result.text("version"), "2");
  EXPECT_EQ(result.text("version").where.text(), "x.yaml:2:10");
  EXPECT_EQ(result.list("packages").size(), 3u);
  expect_diagnostics(diagnostics, "");
}

TEST_F(Extend, Lists) {
  expect_json("packages: {append: [d, e]}", "packages", R"(["a","b","c","d","e"])");
  expect_json("packages: {remove: [b]}", "packages", R"(["a","c"])");
  expect_json("packages: {append: [a], remove: [a, b]}", "packages", R"(["c","a"])");
  expect_json("packages: [z]", "packages", R"(["z"])");
  expect_json("packages: []", "packages", "[]");
  expect_json("flags: {append: [x]}", "flags", R"(["x"])");
}

TEST_F(Extend, MapsMergeByKey) {
  expect_json("environment: {B: z, C: w}", "environment", R"({"A":"x","B":"z","C":"w"})");
}

TEST_F(Extend, RecordsMergeFieldByField) {
  expect_json("log: {size: 1K, filters: {append: [r]}}", "log", R"({"filters":["p","q","r"],"keep":2,"size":1024})");
}

TEST_F(Extend, ListsOfRecordsReplace) { expect_json("sources: [{url: v}]", "sources", R"([{"strip":1,"url":"v"}])"); }

TEST_F(Extend, AChoiceOfTheSameNameMerges) {
  expect_json("style: {make: {targets: {append: [docs]}}}", "style", R"({"make":{"targets":["all","docs"]}})");
  expect_json("style: make", "style", R"({"make":{"targets":["all"]}})");
  expect_json("style: {script: {program: p}}", "style", R"({"script":{"program":"p"}})");
}

TEST_F(Extend, RemovingWhatIsNotThere) {
  over("packages: {remove: [busybox, a]}\nflags: {remove: [x]}\n");
  expect_diagnostics(diagnostics, R"(
x.yaml:2:21: error: cannot remove 'busybox' from 'packages': it is not there [bad-value]
    2 | packages: {remove: [busybox, a]}
      |                     ^~~~~~~
x.yaml:3:12: note: the list begins here
    3 | packages: [a, b, c]
      |            ^
x.yaml:3:18: error: cannot remove 'x' from 'flags': it is not there [bad-value]
    3 | flags: {remove: [x]}
      |                  ^
)");
}

TEST_F(Extend, WhatIsStillMissing) {
  over("style: script\n");
  expect_diagnostics(diagnostics, R"(
x.yaml:2:8: error: 'program' is missing in a script build [missing-key]
    2 | style: script
      |        ^~~~~~
  help: program: The script.
)");
}

TEST(RequireComplete, ARecipeWhoseBaseWasNotFound) {
  Diagnostics diagnostics;
  const Record record = read_text(
      "extends: nothing\npackages: {append: [a]}\nsummary: s\nstyle: {make: {targets: {append: [b]}}}\n", diagnostics);
  expect_diagnostics(diagnostics, "");
  require_complete(record, diagnostics);
  expect_diagnostics(diagnostics, R"(
x.yaml:1:1: error: 'version' is missing in a package [missing-key]
    1 | extends: nothing
      | ^
  help: version: The upstream version.
x.yaml:2:21: error: 'packages' edits a list, but there is none to edit [wrong-type]
    2 | packages: {append: [a]}
      |                     ^
  help: `append` and `remove` are for recipes that say `extends:`; write the whole list here
x.yaml:4:35: error: 'targets' edits a list, but there is none to edit [wrong-type]
    4 | style: {make: {targets: {append: [b]}}}
      |                                   ^
  help: `append` and `remove` are for recipes that say `extends:`; write the whole list here
)");
}

}  // namespace
}  // namespace kjx::schema
