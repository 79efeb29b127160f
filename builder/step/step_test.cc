#include "step/step.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

#include "step/fixture.h"
#include "step/workspace.h"

namespace kjx::step {
namespace {

using testing::HasSubstr;

// With the one real kind that needs no tool: a local file.
class StepTest : public Fixture {
 protected:
  void SetUp() override {
    add_file(action_, "local", "motd", "hello\n");
    action_.always = true;
    action_.description = {{"path", "motd"}, {"output", "file"}};
    plan(action_);
  }
  Options options() const { return {out(), "motd", graph::digest_of(action_), store_.root()}; }

  graph::Action action_ = action("motd", "local");
  std::ostringstream errors_;
};

TEST_F(StepTest, WritesTheResult) {
  EXPECT_EQ(run_step(options(), errors_), 0) << errors_.str();
  const auto result = Workspace(out()).result("motd");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outputs.at("file"), digest_of("hello\n"));
}

TEST_F(StepTest, RefusesAnotherPlansAction) {
  Options other = options();
  other.digest = digest_of("another text");
  EXPECT_EQ(run_step(other, errors_), 1);
  EXPECT_THAT(errors_.str(), HasSubstr("the action 'motd' is not the one that build.ninja knows"));
}

TEST_F(StepTest, ExportsACopyAndMakesWhatIsMissing) {
  EXPECT_EQ(export_output(options(), "file", "images/motd", errors_), 0) << errors_.str();
  EXPECT_EQ(read_file(out() / "images/motd"), "hello\n");
  const auto blob = store_.path_of(digest_of("hello\n"));
  EXPECT_EQ(std::filesystem::hard_link_count(blob), 1u);
  std::filesystem::remove(blob);
  std::filesystem::remove(out() / "images/motd");
  EXPECT_EQ(export_output(options(), "file", "images/motd", errors_), 0) << errors_.str();
  EXPECT_EQ(read_file(out() / "images/motd"), "hello\n");
}

TEST_F(StepTest, AnUnknownOutputIsAnError) {
  EXPECT_EQ(export_output(options(), "tree", "images/motd", errors_), 1);
  EXPECT_THAT(errors_.str(), HasSubstr("'motd' has no output 'tree'"));
}

TEST_F(StepTest, PrintsFailures) {
  std::filesystem::remove(action_.files[0].path);
  EXPECT_EQ(run_step(options(), errors_), 1);
  EXPECT_THAT(errors_.str(), HasSubstr("recipe.yaml:1:1: error: "));
  EXPECT_THAT(errors_.str(), HasSubstr((out() / "logs/motd.log").string()));
}

}  // namespace
}  // namespace kjx::step
