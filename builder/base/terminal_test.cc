#include "base/terminal.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"

namespace kjx {
namespace {

using testing::HasSubstr;

// The test itself runs at none: script(1) gives it one, in which it runs itself again.
TEST(Terminal, NoneIsSeenWhereThereIsNone) {
  Command command;
  command.argv = {"/proc/self/exe", "--gtest_filter=AtTerminal.DISABLED_Look", "--gtest_also_run_disabled_tests"};
  EXPECT_THAT(capture(command).output, HasSubstr("terminal: no"));
}

TEST(AtTerminal, DISABLED_Look) {
  std::printf("terminal: %s, %d columns\n", at_terminal() ? "yes" : "no", terminal_size().columns);
}

std::string at_script(const std::string& test) {
  Command command;
  command.argv = {"script", "-qec",
                  "stty cols 91 rows 33; " + std::filesystem::read_symlink("/proc/self/exe").string() +
                      " --gtest_also_run_disabled_tests --gtest_filter=AtTerminal." + test,
                  "/dev/null"};
  return capture(command).output;
}

TEST(Terminal, IsTheProgramsOwnAndAsLargeAsTheCallers) {
  const std::string said = at_script("DISABLED_Size");
  EXPECT_THAT(said, HasSubstr("size 33 91"));
  EXPECT_THAT(said, HasSubstr("another one"));
  EXPECT_THAT(said, HasSubstr("code 7"));
}

TEST(AtTerminal, DISABLED_Size) {
  Command command;
  command.argv = {
      "sh", "-c",
      "echo size $(stty size); [ $(tty) = " + std::string(::ttyname(0)) + " ] || echo another one; [ -t 2 ] && exit 7"};
  std::printf("code %d\n", run_at_terminal(command).code);
}

TEST(Terminal, IsAsItWasAfterwards) { EXPECT_THAT(at_script("DISABLED_Settings"), HasSubstr("the same")); }

TEST(AtTerminal, DISABLED_Settings) {
  Command look;
  look.argv = {"stty", "-g"};
  look.inherit_input = true;
  const std::string before = capture(look).output;
  Command command;
  command.argv = {"sh", "-c", "stty -echo raw; kill -TERM $$"};
  EXPECT_EQ(run_at_terminal(command).signal, SIGTERM);
  if (capture(look).output == before) std::printf("the same\n");
}

}  // namespace
}  // namespace kjx
