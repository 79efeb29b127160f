#include <nlohmann/json.hpp>

#include "diag/testing.h"
#include "schema/schema.h"
#include "schema/testing.h"

namespace kjx::schema {
namespace {

nlohmann::json json_of(std::string text) {
  Diagnostics diagnostics;
  const Record record = read_text(std::move(text), diagnostics);
  expect_diagnostics(diagnostics, "");
  return record.json();
}

TEST(Json, FallbacksAreThereAndAbsentFieldsAreNot) {
  EXPECT_EQ(json_of("summary: s\nversion: 1.10\nstyle: make\n").dump(),
            R"({"console":"login","size":67108864,"strip":true,"style":{"make":{}},"summary":"s","version":"1.10"})");
}

TEST(Json, EveryType) {
  EXPECT_EQ(json_of("summary: s\nversion: 1\nstyle: {script: {program: p}}\nepoch: 1970-01-02T00:00:00Z\nmode: 0755\n"
                    "jobs: 3\nstrip: false\nsize: 1K\ndirectory: /a\nconsole: none\npackages: [a]\nflags: [\"1\", 2]\n"
                    "environment: {B: 1, A: x}\nlog: {}\nsources: [{url: u}]\noutputs: [disk, {disk: {size: 1}}]\n"),
            nlohmann::json::parse(R"({
              "summary": "s", "version": "1", "style": {"script": {"program": "p"}}, "epoch": 86400, "mode": 493,
              "jobs": 3, "strip": false, "size": 1024, "directory": "/a", "console": "none", "packages": ["a"],
              "flags": ["1", "2"], "environment": {"A": "x", "B": "1"}, "log": {"size": 102400, "keep": 4},
              "sources": [{"url": "u", "strip": 1}], "outputs": [{"disk": {"size": 8388608}}, {"disk": {"size": 1}}]})"));
}

TEST(Json, PlacesAndCommentsDoNotMatter) {
  EXPECT_EQ(json_of("summary: s\nversion: 1\nstyle: make\n"),
            json_of("# moved\n\nstyle: {make: {}}\nversion:   \"1\"\nsummary: s\n"));
}

TEST(Record, FieldsThatTheTableDoesNotHave) {
  Diagnostics diagnostics;
  const Record record = read_text("summary: s\nversion: 1\nstyle: make\n", diagnostics);
  EXPECT_EQ(*record.text("nothing"), "");
  EXPECT_EQ(*Record{}.text("nothing"), "");
  EXPECT_EQ(Record{}.json().dump(), "{}");
}

}  // namespace
}  // namespace kjx::schema
