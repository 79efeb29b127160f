#include "step/action_key.h"

#include <gtest/gtest.h>

namespace kjx::step {
namespace {

graph::Action action() {
  graph::Action action;
  action.name = "busybox";
  action.kind = "style.kconfig";
  action.description = {{"package", "busybox"}, {"tools", {{"gcc", "4:12.2.0-3"}}}};
  action.inputs = {{"source", "busybox.source", "file"}};
  action.files = {{"patch/a", "/home/a/patch", digest_of("a"), false}};
  action.outputs = {"tree"};
  return action;
}

const InputDigests inputs = {{"source", digest_of("archive")}};

Digest key(const graph::Action& of, const InputDigests& with = inputs) {
  return action_key(of, with, SandboxMode::bubblewrap);
}

TEST(ActionKey, ChangesWithWhateverCouldChangeTheResult) {
  const Digest before = key(action());
  EXPECT_NE(key(action(), {{"source", digest_of("other")}}), before);
  EXPECT_NE(key(action(), {{"sauce", digest_of("archive")}}), before);
  EXPECT_NE(action_key(action(), inputs, SandboxMode::off), before);
  EXPECT_NE(action_key(action(), inputs, SandboxMode::bubblewrap, true), before);
  EXPECT_NE(action_key(action(), inputs, SandboxMode::bubblewrap, false, {"TZ"}), before);

  graph::Action changed = action();
  changed.revision = 2;
  EXPECT_NE(key(changed), before);
  changed = action();
  changed.description["tools"]["gcc"] = "4:12.2.0-4";
  EXPECT_NE(key(changed), before);
  changed = action();
  changed.files[0].digest = digest_of("b");
  EXPECT_NE(key(changed), before);
}

TEST(ActionKey, DoesNotChangeWithPlaces) {
  graph::Action moved = action();
  moved.files[0].path = "/srv/elsewhere/patch";
  moved.secrets["key"] = "/root/key.pem";
  moved.where = {std::make_shared<SourceText>(SourceText{"recipe.yaml", "x: y"}), 1, 1};
  moved.locations["version"] = moved.where;
  moved.summary = "busybox, the Swiss army knife";
  EXPECT_EQ(key(moved), key(action()));
}

// Every result in every store is lost when this changes: raise key_format knowingly, then take the new text over.
TEST(ActionKey, StaysTheSameFromVersionToVersion) {
  EXPECT_EQ(key_format, 1);
  nlohmann::json text = {{"format", 1},
                         {"action", graph::digest_of(action()).hex()},
                         {"sandbox", "on"},
                         {"inputs", nlohmann::json::array({{"source", digest_of("archive").hex()}})}};
  EXPECT_EQ(key(action()), digest_of(text.dump()));
}

}  // namespace
}  // namespace kjx::step
