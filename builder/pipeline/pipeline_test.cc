#include "pipeline/pipeline.h"

#include <gmock/gmock.h>

#include "pipeline/github.h"
#include "pipeline/gitlab.h"
#include "pipeline/phases.h"
#include "pipeline/text.h"

// Whole texts stand in tests/golden/ci-*; here is what must hold of any.
namespace kjx::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Layer layer() {
  return {.folder = ".", .distro = "demo", .kjx = "https://example.org/kjx@v1", .packages = {"one", "two"}};
}

std::vector<std::string> names(const Layer& of) {
  std::vector<std::string> all;
  for (const auto& phase : phases(of)) all.push_back(phase.name);
  return all;
}

// The text from a job's own line to the next job's, which begins as far to the left.
std::string job(const std::string& text, const std::string& name, const std::string& indentation) {
  const auto begin = text.find("\n" + indentation + name + ":\n");
  EXPECT_NE(begin, std::string::npos) << name;
  auto end = begin + 1;
  while ((end = text.find("\n" + indentation, end + 1)) != std::string::npos) {
    const auto first = text[end + 1 + indentation.size()];
    if (first != ' ' && first != '\n') break;
  }
  return text.substr(begin, end - begin);
}

TEST(Pipeline, CheckComesBeforeBuildAndBootAfterIt) {
  EXPECT_THAT(names(layer()), ElementsAre("check", "fetch", "build", "verify one", "verify two", "boot", "room"));
}

TEST(Pipeline, WhatDoesNotBootIsNotBooted) {
  auto of = layer();
  of.boots = false;
  for (const auto& platform : platforms())
    EXPECT_THAT(platform.of_layer(of), Not(HasSubstr("kjx test"))) << platform.name;
}

TEST(Pipeline, TheSecretKeyIsReadInTheJobOfATagAlone) {
  for (const auto& key_file : {"", "keys/module.pem"}) {
    auto of = layer();
    of.key_file = key_file;
    const auto hub = github(of);
    const auto hub_release = job(hub, "release", "  ");
    EXPECT_THAT(hub_release, HasSubstr("if: startsWith(github.ref, 'refs/tags/')"));
    EXPECT_THAT(hub_release, HasSubstr("${{ secrets.KJX_MODULE_KEY }}"));
    EXPECT_EQ(hub.find("secrets."), hub.rfind("secrets.")) << "in one place";
    const auto lab = gitlab(of);
    const auto lab_release = job(lab, "release", "");
    EXPECT_THAT(lab_release, HasSubstr("if: $CI_COMMIT_TAG"));
    EXPECT_THAT(lab_release, HasSubstr("$KJX_MODULE_KEY"));
    EXPECT_THAT(job(lab, "build", ""), Not(HasSubstr("KJX_MODULE_KEY")));
    EXPECT_THAT(job(lab, "verify", ""), Not(HasSubstr("KJX_MODULE_KEY")));
  }
}

TEST(Pipeline, AKeyThatTheRecipeNamesIsMadeForRunsWithoutTheSecret) {
  auto of = layer();
  of.key_file = "keys/module.pem";
  EXPECT_EQ(names(of).front(), "key");
  EXPECT_THAT(phases(of).front().lines, HasSubstr("key=\"keys/module.pem\""));
}

TEST(Pipeline, WithoutAPrivateKeyNoneIsAskedFor) {
  auto of = layer();
  of.signs = false;
  for (const auto& platform : platforms()) {
    auto text = platform.of_layer(of);
    text.erase(0, text.find("\n\n"));  // the words at the top
    EXPECT_THAT(text, Not(HasSubstr("KJX_MODULE_KEY"))) << platform.name;
  }
}

TEST(Pipeline, ALayerInAFolderIsBuiltThereAndItsFilesAreTakenFromThere) {
  auto of = layer();
  of.folder = "systems/demo";
  EXPECT_THAT(github(of), HasSubstr("working-directory: systems/demo\n"));
  EXPECT_THAT(github(of), HasSubstr("hashFiles('systems/demo/recipes/kjx.lock'"));
  EXPECT_THAT(github(of), HasSubstr("  systems/demo/out/images/\n"));
  EXPECT_THAT(gitlab(of), HasSubstr("- cd \"systems/demo\"\n"));
  EXPECT_THAT(gitlab(of), HasSubstr("files: [systems/demo/recipes/kjx.lock]"));
  EXPECT_THAT(gitlab(of), HasSubstr("junit: systems/demo/out/junit.xml"));
}

TEST(Pipeline, NoWordOfATemplateIsLeft) {
  for (const auto& platform : platforms()) {
    for (const auto& text : {platform.of_layer(layer()), platform.own()})
      EXPECT_THAT(text, Not(::testing::ContainsRegex("@[A-Z_]+@"))) << platform.name;
  }
}

TEST(Pipeline, WhereKjxComesFrom) {
  EXPECT_EQ(kjx_from("v0.2"), std::string(project) + "@v0.2");
  EXPECT_EQ(kjx_from("https://example.org/mine@main"), "https://example.org/mine@main");
  EXPECT_EQ(kjx_from("https://example.org/kjx_0.1.0_amd64.deb"), "https://example.org/kjx_0.1.0_amd64.deb");
  for (const auto* wrong :
       {"", "kjx.deb", "https://example.org/mine", "@main", "mine@", "a b", "x$(y)", "-x", "a\"b", "'"})
    EXPECT_EQ(kjx_from(wrong), "") << wrong;
}

TEST(Text, LinesTakeTheIndentationOfTheirWordAndEmptyOnesGo) {
  EXPECT_EQ(filled("a: @B@\n  @LINES@\n  @NONE@\nend\n", {{"@B@", "b"}, {"@LINES@", "1\n\n  2"}, {"@NONE@", ""}}),
            "a: b\n  1\n\n    2\nend\n");
}

}  // namespace
}  // namespace kjx::pipeline
