#include "graph/explain.h"

#include <gmock/gmock.h>

namespace kjx::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Made made_once() {
  Made made;
  made.action.name = "one";
  made.action.kind = "style.make";
  made.action.description = {{"options", {{"targets", {"all"}}}}, {"tool_versions", {{"gcc", "12.2"}}}};
  made.action.inputs = {{"source", "one.source", "file"}};
  made.action.files = {{"patch/a.patch", "/l/a.patch", kjx::digest_of("a"), false}};
  made.action.outputs = {"tree"};
  made.inputs = {{"source", "aa"}};
  return made;
}

std::vector<std::string> texts(const Made& before, const Made& now) {
  std::vector<std::string> all;
  for (const auto& reason : differences(before, now)) all.push_back(reason.text);
  return all;
}

TEST(Differences, OfTheSameAreNone) { EXPECT_THAT(texts(made_once(), made_once()), IsEmpty()); }

TEST(Differences, OfWhatTheRecipeSays) {
  auto now = made_once();
  now.action.description["options"]["targets"] = {"install", "docs"};
  EXPECT_THAT(texts(made_once(), now), ElementsAre("'options.targets.0' changed from \"all\" to \"install\"",
                                                   "'options.targets.1' is new: \"docs\""));
  EXPECT_THAT(texts(now, made_once()), ElementsAre("'options.targets.0' changed from \"install\" to \"all\"",
                                                   "'options.targets.1' is gone; it was \"docs\""));
}

TEST(Differences, HaveTheNearestPlace) {
  auto now = made_once();
  now.action.description["options"]["targets"] = {"install"};
  const auto file = std::make_shared<SourceText>(SourceText{"recipe.yaml", "a\nb\nc\n"});
  now.action.where = {file, 1, 1, 1};
  now.action.locations["options"] = {file, 2, 1, 1};
  EXPECT_EQ(differences(made_once(), now).front().where.line, 2);
}

TEST(Differences, OfCodeAndTools) {
  auto now = made_once();
  now.action.revision = 2;
  now.action.description["tool_versions"]["gcc"] = "14.2";
  EXPECT_THAT(texts(made_once(), now), ElementsAre("kjx's own code for 'style.make' is another: revision 2 after 1",
                                                   "the tool 'gcc' changed from \"12.2\" to \"14.2\""));
}

TEST(Differences, OfFilesAndInputs) {
  auto now = made_once();
  now.action.files[0].digest = kjx::digest_of("b");
  now.action.files.push_back({"patch/b.patch", "/l/b.patch", kjx::digest_of("b"), false});
  now.inputs["source"] = "bb";
  EXPECT_THAT(texts(made_once(), now),
              ElementsAre("the file 'patch/a.patch' has other content", "the file 'patch/b.patch' is new",
                          "one.source made another 'source'"));
}

TEST(MadeText, KeepsHowItWasMadeBefore) {
  auto other = made_once();
  other.inputs["source"] = "bb";
  const auto first = made_text(made_once(), "");
  EXPECT_FALSE(parse_made(first)->before);
  const auto second = made_text(other, first);
  EXPECT_EQ(parse_made(second)->last.inputs.at("source"), "bb");
  EXPECT_EQ(parse_made(second)->before->inputs.at("source"), "aa");
  // The same once more keeps the reason it had.
  EXPECT_EQ(made_text(other, second), second);
}

TEST(MadeText, OfAnotherVersionIsNone) {
  EXPECT_FALSE(parse_made("{}"));
  EXPECT_FALSE(parse_made("no JSON"));
  EXPECT_FALSE(parse_made(made_text(made_once(), "no JSON"))->before);
}

}  // namespace
}  // namespace kjx::graph
