#include "schema/values.h"

#include "diag/testing.h"
#include "schema/options.h"
#include "schema/testing.h"

namespace kjx::schema {
namespace {

std::string text_of(const Record& record) {
  std::string text;
  for (const auto& row : value_rows(record)) {
    text += row.field + " = " + row.value + (row.where ? " @" + std::to_string(row.where.line) : " fallback") + "\n";
  }
  return text;
}

TEST(Values, EachWithItsLine) {
  Diagnostics diagnostics;
  const Record record = read_text(
      "summary: s\nversion: 1\npackages: [a, b]\nflags:\n  - x\n  - y\nenvironment: {A: 1}\nlog: {keep: 2}\n"
      "sources: [{url: u}]\nstyle: {make: {targets: [all]}}\noutputs: [disk]\n",
      diagnostics);
  expect_diagnostics(diagnostics, "");
  EXPECT_EQ(text_of(record), R"(summary = s @1
version = 1 @2
size = 64M fallback
strip = true fallback
console = login fallback
packages = a, b @3
flags = x @5
flags = y @6
environment.A = 1 @7
log.size = 100K fallback
log.keep = 2 @8
sources[1].url = u @9
sources[1].strip = 1 fallback
style = make @10
style.make.targets = all @10
outputs[1] = disk @11
outputs[1].disk.size = 8M fallback
)");
}

TEST(Values, OfTwoRecordsOneOverTheOther) {
  Diagnostics diagnostics;
  const Record below = read_text("summary: s\nversion: 1\nstyle: make\nflags: [a]\n", diagnostics);
  const Record over = read_text("extends: x\n\n\n\n\n\nversion: 2\nflags: {append: [b]}\n", diagnostics);
  const auto text = text_of(extend(below, over, diagnostics));
  expect_diagnostics(diagnostics, "");
  EXPECT_NE(text.find("summary = s @1\nversion = 2 @7\n"), std::string::npos) << text;
  EXPECT_NE(text.find("flags = a @4\nflags = b @8\n"), std::string::npos) << text;
}

TEST(Options, ThoseOfNestedTablesAndAlternativesToo) {
  std::vector<std::string> paths;
  for (const auto& option : options(package_table(), "package")) paths.push_back(option.path);
  for (const auto* path : {"package.summary", "package.log.keep", "package.sources.url", "package.style",
                           "package.style.make.log.filters", "package.outputs.disk.size"}) {
    EXPECT_EQ(std::ranges::count(paths, path), 1) << path;
  }
}

}  // namespace
}  // namespace kjx::schema
