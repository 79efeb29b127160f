#include "base/shell_word.h"

#include <gtest/gtest.h>

namespace kjx {
namespace {

TEST(ShellWord, QuotesOnlyWhereNeeded) {
  EXPECT_EQ(shell_word("/usr/bin/kjx"), "/usr/bin/kjx");
  EXPECT_EQ(shell_word("-p"), "-p");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("my $HOME's"), "'my $HOME'\\''s'");
  EXPECT_EQ(shell_word("~"), "'~'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(ShellWord, Line) { EXPECT_EQ(quoted({"echo", "a b", "c"}), "echo 'a b' c"); }

}  // namespace
}  // namespace kjx
