#include "runit/shell.h"

#include <gtest/gtest.h>

namespace kjx::runit {
namespace {

std::string programs(std::string_view script) {
  std::string text;
  for (const auto& mention : programs_of(script)) text += mention.program + ":" + std::to_string(mention.line) + " ";
  return text;
}

TEST(ShellTest, InterpreterAndCommands) {
  EXPECT_EQ(programs("#!/bin/sh\nls -l\nexec /usr/sbin/sshd -D\n"), "/bin/sh:1 ls:2 /usr/sbin/sshd:3 ");
}
TEST(ShellTest, BuiltinsAndKeywordsAreNone) {
  EXPECT_EQ(programs("if [ -e /x ]; then echo a; else exit 1; fi\nwhile read -r x; do :; done"), "");
}
TEST(ShellTest, BehindOperators) { EXPECT_EQ(programs("a && b || c | d; e & f"), "a:1 b:1 c:1 d:1 e:1 f:1 "); }
TEST(ShellTest, Substitutions) {
  EXPECT_EQ(programs("x=$(hostname)\ny=`date`\necho \"$(inside quotes)\""), "hostname:1 date:2 ");
}
TEST(ShellTest, ArgumentsAreNone) { EXPECT_EQ(programs("cp a b >c 2>&1 <d"), "cp:1 "); }
TEST(ShellTest, RedirectionFirst) { EXPECT_EQ(programs(": >/run/x\n>/run/y cat z"), "cat:2 "); }
TEST(ShellTest, HereDocument) { EXPECT_EQ(programs("cat <<END\nrm -rf\nEND\nls"), "cat:1 ls:4 "); }
TEST(ShellTest, Case) {
  EXPECT_EQ(programs("case $x in\n a|b) one ;;\n *) two ;;\nesac\nthree"), "one:2 two:3 three:5 ");
}
TEST(ShellTest, Functions) { EXPECT_EQ(programs("say() {\n  logger \"$1\"\n}\nsay hello\n"), "logger:2 "); }
TEST(ShellTest, ComputedWordsAreLeftOut) { EXPECT_EQ(programs("$tool -x\n\"$HOME/bin/x\" y"), ""); }
TEST(ShellTest, Assignments) { EXPECT_EQ(programs("A=1 B=2 env C=3 run"), "env:1 run:1 "); }
TEST(ShellTest, Comments) { EXPECT_EQ(programs("# a b c\nls # d"), "ls:2 "); }
TEST(ShellTest, OtherInterpreters) { EXPECT_EQ(programs("#!/usr/bin/awk -f\nBEGIN { print }\n"), "/usr/bin/awk:1 "); }
TEST(ShellTest, RelativePathsAreLeftOut) { EXPECT_EQ(programs("(cd /x && exec ./check)\nbin/y"), ""); }
TEST(ShellTest, ForLoop) { EXPECT_EQ(programs("for i in a b c; do stop \"$i\"; done"), "stop:1 "); }
TEST(ShellTest, EachOnce) { EXPECT_EQ(programs("ls\nls\nls"), "ls:1 "); }

}  // namespace
}  // namespace kjx::runit
