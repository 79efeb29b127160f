#include "guest/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kjx::guest {
namespace {

using testing::HasSubstr;

Report passed() { return {.image = "default", .boot = "kernel", .checks = {{.name = "ready"}}, .seconds = 9.5}; }
Report failed() {
  Report report{.image = "default", .boot = "iso cd bios", .verdict = Verdict::failed};
  report.checks = {{.name = "ready"},
                   {"port tcp/80", Check::State::failed, "something listens", "nothing\nat <all> & \x01", 0.5},
                   {"ssh", Check::State::skipped, "", "no client", 0}};
  report.last_lines = {"last words"};
  report.log = "out/test/x.log";
  return report;
}
Report panicked() {
  return {.image = "default", .boot = "vmdk", .verdict = Verdict::panic, .seen = "Kernel panic", .during = "starting"};
}
Report skipped() { return {.image = "default", .boot = "iso cd uefi", .verdict = Verdict::skipped, .seen = "no ovmf"}; }

TEST(Outcome, Counts) {
  const auto counts = count({passed(), failed(), panicked(), skipped()});
  EXPECT_EQ(counts.passed, 1);
  EXPECT_EQ(counts.failed, 2);
  EXPECT_EQ(counts.skipped, 2);  // a boot, and a check
}

TEST(Outcome, ALineForEach) {
  EXPECT_EQ(line_of(passed()), "passed   default kernel                  9.5 s  1 of 1 checks");
  EXPECT_THAT(line_of(failed()), HasSubstr("FAILED   default iso cd bios"));
  EXPECT_THAT(line_of(failed()), HasSubstr("1 of 3 checks, 1 skipped  (failed)"));
  EXPECT_THAT(line_of(panicked()), HasSubstr("(kernel panic)"));
  EXPECT_THAT(line_of(skipped()), HasSubstr("no ovmf"));
}

TEST(Outcome, AFailureShowsAllThatHelps) {
  EXPECT_EQ(
      failure_text(failed()),
      "default iso cd bios: port tcp/80\n    expected: something listens\n    seen: nothing\n    at <all> & \x01\n"
      "  the console's last lines (out/test/x.log):\n    | last words\n");
  EXPECT_EQ(failure_text(panicked()), "default vmdk: starting\n    seen: kernel panic: Kernel panic\n");
  EXPECT_EQ(failure_text(passed()), "");
}

TEST(Outcome, Tap) {
  EXPECT_EQ(
      tap({passed(), failed(), skipped()}),
      "TAP version 13\n1..5\nok 1 - default kernel: ready\nok 2 - default iso cd bios: ready\n"
      "not ok 3 - default iso cd bios: port tcp/80\n# expected: something listens\n# seen: nothing\n# at <all> & \x01\n"
      "ok 4 - default iso cd bios: ssh # SKIP no client\n# | last words\n"
      "ok 5 - default iso cd uefi: boot # SKIP no ovmf\n");
}

TEST(Outcome, JunitEscapes) {
  const auto xml = junit({passed(), failed(), panicked(), skipped()});
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"default iso cd bios\" tests=\"3\" failures=\"1\" skipped=\"1\""));
  EXPECT_THAT(xml, HasSubstr("message=\"nothing at &lt;all&gt; &amp; \" type=\"failed\""));
  EXPECT_THAT(xml, HasSubstr("type=\"kernel panic\""));
}

}  // namespace
}  // namespace kjx::guest
