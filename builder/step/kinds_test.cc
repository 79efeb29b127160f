#include "step/kinds.h"

#include <gtest/gtest.h>

#include <set>

namespace kjx::step {
namespace {

TEST(Kinds, EachHasANameOfItsOwnARevisionAndCode) {
  std::set<std::string_view> names;
  for (const work::Kind* const kind : all_kinds()) {
    EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
    EXPECT_GE(kind->revision, 1) << kind->name;
    EXPECT_NE(kind->run, nullptr) << kind->name;
    EXPECT_EQ(find_kind(kind->name), kind);
  }
  EXPECT_TRUE(names.contains("fetch"));
  EXPECT_EQ(find_kind("no-such-kind"), nullptr);
}

}  // namespace
}  // namespace kjx::step
