#include "diag/diagnostic.h"

#include <gtest/gtest.h>

#include <set>

namespace kjx {
namespace {

TEST(Kind, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  int kinds = 0;
#define KIND(identifier, name)                \
  EXPECT_EQ(name_of(Kind::identifier), name); \
  names.insert(name);                         \
  ++kinds;
#include "diag/kinds.def"
#undef KIND
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kinds));
}

TEST(Diagnostics, ACheckpointThrowsAllAtOnce) {
  Diagnostics diagnostics;
  diagnostics.checkpoint();
  diagnostics.add({.kind = Kind::io, .message = "one"});
  diagnostics.add({.kind = Kind::usage, .message = "two"});
  try {
    diagnostics.checkpoint();
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics.size(), 2u);
    EXPECT_STREQ(failure.what(), "one");
  }
  diagnostics.checkpoint();  // the next phase starts with none
}

TEST(DidYouMean, OrOtherwise) {
  EXPECT_EQ(did_you_mean("versoin", {"version", "summary"}), "did you mean 'version'?");
  EXPECT_EQ(did_you_mean("x", {"version"}, "possible: version"), "possible: version");
}

}  // namespace
}  // namespace kjx
