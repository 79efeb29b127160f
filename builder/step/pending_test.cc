#include "step/pending.h"

#include <gmock/gmock.h>

#include <chrono>

#include "base/file.h"

namespace kjx::step {
namespace {

using testing::ElementsAre;

using enum Pending;

// A source, a package of it and an image of that, planned at 10, made at 20, 21, 22.
class PendingOf : public testing::Test {
 protected:
  PendingOf() {
    outline_.nodes = {{"source", "", false, {}}, {"one", "", false, {0}}, {"image", "", false, {1}}};
    outline_.makers = {{"x", {"image"}}, {"one", {"one"}}};
    outline_.default_target = "x";
    int when = 20;
    for (const auto& node : outline_.nodes) {
      touch(workspace_.action_file(node.name), 10);
      touch(workspace_.result_file(node.name), when);
      touch(workspace_.made_file(node.name), when++);
    }
  }
  static void touch(const std::filesystem::path& file, int seconds) {
    std::filesystem::create_directories(file.parent_path());
    write_file(file, "");
    set_mtime(file, 1'700'000'000 + seconds);
  }
  std::vector<Pending> pending(const std::vector<std::string>& targets = {}) {
    return pending_of(outline_, targets, workspace_);
  }

  TemporaryFolder folder_{testing::TempDir(), "pending"};
  Workspace workspace_{folder_.path()};
  graph::Outline outline_;
};

TEST_F(PendingOf, NothingWhenAllIsMade) { EXPECT_THAT(pending(), ElementsAre(no, no, no)); }

TEST_F(PendingOf, WhatIsNotThereAndWhoeverReadsIt) {
  std::filesystem::remove(workspace_.result_file("one"));
  EXPECT_THAT(pending(), ElementsAre(no, itself, for_others));
}

TEST_F(PendingOf, WhatIsPlannedOtherwise) {
  touch(workspace_.action_file("source"), 30);
  EXPECT_THAT(pending(), ElementsAre(itself, for_others, for_others));
}

TEST_F(PendingOf, WhatReadsSomethingNewer) {
  touch(workspace_.result_file("source"), 30);
  EXPECT_THAT(pending(), ElementsAre(no, itself, for_others));
}

TEST_F(PendingOf, WhatIsLookedAtAlways) {
  outline_.nodes[0].always = true;
  EXPECT_THAT(pending(), ElementsAre(itself, for_others, for_others));
}

TEST_F(PendingOf, NothingThatNobodyAskedFor) {
  for (const auto& node : outline_.nodes) std::filesystem::remove(workspace_.made_file(node.name));
  EXPECT_THAT(pending({"one"}), ElementsAre(itself, itself, no));
}

}  // namespace
}  // namespace kjx::step
