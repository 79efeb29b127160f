#include "recipe/closure.h"

#include <gmock/gmock.h>

namespace kjx::recipe {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Needs = std::vector<std::string>;

void add(ByName& packages, const std::string& name, const Needs& target, const Needs& build = {}) {
  const auto list = [](const Needs& names) {
    schema::ListEdit edit;
    for (const auto& each : names) edit.items.push_back({each, {}});
    return edit;
  };
  schema::Record depends;
  depends.values["target"] = list(target);
  depends.values["build"] = list(build);
  packages[name].record.values["depends"] = std::vector{depends};
}

TEST(Closure, PutsDependenciesFirstAndEachOnce) {
  ByName packages;
  add(packages, "a", {"b", "c"});
  add(packages, "b", {"d", "c"});
  add(packages, "c", {"d"});
  packages["d"];
  Closure closure(packages, "target");
  EXPECT_THAT(closure.needs("a"), ElementsAre("d", "c", "b"));
  EXPECT_THAT(closure.needs("b"), ElementsAre("d", "c"));
  EXPECT_THAT(closure.needs("a"), ElementsAre("d", "c", "b"));
  EXPECT_THAT(closure.needs("d"), IsEmpty());
  EXPECT_THAT(closure.needs("nobody"), IsEmpty());
}

TEST(Closure, KeepsTheKindsApart) {
  ByName packages;
  add(packages, "a", {"b"}, {"c"});
  add(packages, "b", {}, {"c"});
  packages["c"];
  EXPECT_THAT(Closure(packages, "target").needs("a"), ElementsAre("b"));
  EXPECT_THAT(Closure(packages, "build").needs("a"), ElementsAre("c"));
}

}  // namespace
}  // namespace kjx::recipe
