#include "schema/json_schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "schema/testing.h"
#include "schema/types.h"

namespace kjx::schema {
namespace {

using Object = nlohmann::ordered_json;

// What is read as a type's canonical form is what its pattern lets through.
TEST(JsonSchema, PatternsAcceptWhatIsRead) {
  const auto texts = {"",
                      "a",
                      "0",
                      "010",
                      "1K",
                      "12M",
                      "7T",
                      "K",
                      "-1",
                      "true",
                      "false",
                      "yes",
                      "/",
                      "/a",
                      "/a/b",
                      "/a/",
                      "//a",
                      "/a/./b",
                      "/..",
                      "/...",
                      "/a/..b",
                      "0755",
                      "0o755",
                      "8",
                      "07777",
                      "17777",
                      "00000",
                      "a b",
                      ".a",
                      "a.b+c_d",
                      "a/b",
                      "0o00755",
                      "77777",
                      "1.5",
                      "é",
                      "000755",
                      "18G",
                      "1k",
                      "1 K",
                      "0o",
                      "99999999",
                      "True",
                      "a-",
                      "-a",
                      "/a b",
                      "2026-01-31T12:00:00Z",
                      "2026-13-31T12:00:00Z",
                      "2026-01-31T24:00:00Z",
                      "2026-01-31 12:00:00",
                      "1969-12-31T23:59:59Z",
                      "1970-01-01T00:00:00Z",
                      "2026-01-31T12:00:00+01:00"};
  const std::vector<std::string> long_texts{std::string(64, 'a'), std::string(65, 'a'), std::string(63, 'f'),
                                            std::string(64, 'F'), std::string(64, 'g')};
  std::vector<std::string> all(texts.begin(), texts.end());
  all.insert(all.end(), long_texts.begin(), long_texts.end());
  for (const Type type :
       {Type::name, Type::path, Type::integer, Type::boolean, Type::size, Type::digest, Type::mode, Type::time}) {
    const TypeRow& row = row_of(type);
    const std::regex pattern{std::string(row.pattern)};
    for (const auto& text : all) {
      EXPECT_EQ(std::regex_search(text, pattern), row.canonical(text).has_value()) << row.name << " '" << text << "'";
    }
  }
}

struct Package : testing::Test {
  const Object schema = json_schema(package_table());
  const Object whole = schema["definitions"]["package"];
  const Object extending = schema["definitions"]["package-extending"];
};

TEST_F(Package, ExtendingLiftsWhatIsRequired) {
  EXPECT_EQ(schema["if"].dump(), R"({"required":["extends"]})");
  EXPECT_EQ(schema["then"].dump(), R"({"$ref":"#/definitions/package-extending"})");
  EXPECT_EQ(schema["else"].dump(), R"({"$ref":"#/definitions/package"})");
  EXPECT_EQ(whole["required"].dump(), R"(["summary","version","style"])");
  EXPECT_FALSE(extending.contains("required"));
}

TEST_F(Package, UnknownKeysAreRefusedEverywhere) {
  for (const auto& [name, table] : schema["definitions"].items())
    EXPECT_EQ(table["additionalProperties"], false) << name;
}

TEST_F(Package, FieldsHaveTheirWordsAndFallbacks) {
  EXPECT_EQ(
      whole["properties"]["strip"].dump(),
      R"({"type":["boolean","string"],"pattern":"^(true|false)$","description":"Whether to strip.","default":true})");
  EXPECT_EQ(whole["properties"]["console"].dump(),
            R"({"enum":["login","none"],"description":"What a person gets.","default":"login"})");
  EXPECT_EQ(schema["definitions"]["log"]["properties"]["keep"]["default"].dump(), "4");
  EXPECT_EQ(whole["properties"]["size"]["default"].dump(), R"("64M")");
}

TEST_F(Package, ListsAreEditedOnlyInWhatExtends) {
  EXPECT_EQ(whole["properties"]["flags"]["type"], "array");
  EXPECT_EQ(extending["properties"]["flags"]["anyOf"][1]["properties"]["append"]["type"], "array");
  const Object log = schema["definitions"]["log-extending"]["properties"]["filters"];
  EXPECT_TRUE(log.contains("anyOf"));
}

TEST_F(Package, AnAlternativeThatNeedsFieldsIsNoName) {
  const Object& ways = whole["properties"]["style"]["anyOf"];
  EXPECT_EQ(ways[0].dump(), R"({"enum":["make"]})");
  EXPECT_EQ(ways[1]["maxProperties"], 1);
  EXPECT_EQ(ways[1]["properties"]["script"]["$ref"], "#/definitions/script-build");
  EXPECT_EQ(extending["properties"]["style"]["anyOf"][0].dump(), R"({"enum":["make","script"]})");
}

TEST(JsonSchema, BoundsOfNumbers) {
  const Table table{"the limits", "Limits.", {{"pids", Type::integer, "Processes.", false, {}, {}, nullptr, {}, 1, 9}}};
  const auto pids = json_schema(table)["properties"]["pids"];
  EXPECT_EQ(pids["minimum"], 1);
  EXPECT_EQ(pids["maximum"], 9);
}

TEST(JsonSchema, TablesOfOneNameHaveAddressesOfTheirOwn) {
  const Table a{"a thing", "A.", {{"x", Type::text, "X."}}};
  const Table b{"a thing", "B.", {{"y", Type::text, "Y."}}};
  const Table both{
      "both", "Both.", {{"a", Type::record, "A.", false, {}, {}, &a}, {"b", Type::record, "B.", false, {}, {}, &b}}};
  const auto schema = json_schema(both);
  EXPECT_EQ(schema["definitions"]["thing"]["description"], "A.");
  EXPECT_EQ(schema["definitions"]["thing-2"]["description"], "B.");
}

}  // namespace
}  // namespace kjx::schema
