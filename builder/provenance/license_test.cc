#include "provenance/license.h"

#include <gtest/gtest.h>

namespace kjx::provenance {
namespace {

TEST(License, IsCopyleftWhenAPartOfItIs) {
  for (const char* expression : {"GPL-2.0-only", "LGPL-2.1-or-later", "GPL-2.0-only WITH Linux-syscall-note",
                                 "MIT OR GPL-2.0-only", "(MIT AND (BSD-3-Clause OR MPL-2.0))", "Sleepycat"}) {
    EXPECT_TRUE(is_copyleft(expression)) << expression;
  }
  for (const char* expression : {"MIT", "Apache-2.0 WITH LLVM-exception", "BSD-3-Clause AND ISC", "NOGPL-1.0", ""}) {
    EXPECT_FALSE(is_copyleft(expression)) << expression;
  }
}

}  // namespace
}  // namespace kjx::provenance
