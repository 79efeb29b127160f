#include "step/progress_view.h"

#include <gmock/gmock.h>

namespace kjx::step {
namespace {

using testing::HasSubstr;
using testing::Not;

Event start(std::string step, std::string summary) { return {Event::Type::start, std::move(step), std::move(summary)}; }
Event progress(std::string step, std::uint64_t done, std::uint64_t total, std::string what) {
  return {Event::Type::progress, std::move(step), "", done, total, std::move(what)};
}

TEST(ProgressView, InALogALineNowAndThen) {
  ProgressView view({});
  EXPECT_EQ(view.on(start("kernel.stage1", "Linux 6.1.176"), 0), "kernel.stage1: started (Linux 6.1.176)\n");
  EXPECT_EQ(view.on(progress("kernel.stage1", 10, 1371, "objects"), 5), "");
  EXPECT_EQ(view.tick(19), "");
  EXPECT_EQ(view.on(progress("kernel.stage1", 412, 1371, "objects"), 130),
            "kernel.stage1: 412 of 1371 objects, 2m10s\n");
  EXPECT_EQ(view.tick(149), "");
  EXPECT_EQ(view.tick(150), "kernel.stage1: 412 of 1371 objects, 2m30s\n");
  EXPECT_EQ(view.on({Event::Type::end, "kernel.stage1"}, 600), "kernel.stage1: done in 10m00s\n");
  EXPECT_EQ(view.tick(1000), "");
}

TEST(ProgressView, InALogWithoutTotals) {
  ProgressView view({});
  (void)view.on(start("busybox", "busybox"), 0);
  EXPECT_EQ(view.tick(20), "busybox: 20s\n");
  EXPECT_EQ(view.on(progress("busybox", 0, 0, "unpacking"), 45), "busybox: unpacking, 45s\n");
}

TEST(ProgressView, SaysHowAStepEnded) {
  ProgressView view({});
  Event cached{Event::Type::end, "musl"};
  cached.cached = true;
  EXPECT_EQ(view.on(cached, 1), "musl: from the store\n");
  (void)view.on(start("busybox", ""), 1);
  Event failed{Event::Type::failed, "busybox"};
  failed.log = "out/logs/busybox.log";
  EXPECT_EQ(view.on(failed, 9), "busybox: failed after 8s, log: out/logs/busybox.log\n");
}

TEST(ProgressView, OnATerminalLinesAreRepainted) {
  ProgressView view({.terminal = true, .width = 120});
  EXPECT_EQ(view.on(start("musl", "musl 1.2.5"), 0), "musl 1.2.5  0s\n");
  EXPECT_EQ(view.on(start("busybox", "busybox 1.37.0"), 1), "\r\x1b[1A\x1b[Jmusl 1.2.5  1s\nbusybox 1.37.0  0s\n");
  EXPECT_EQ(view.on(progress("busybox", 50, 100, "CC ls.o"), 61),
            "\r\x1b[2A\x1b[J"
            "musl 1.2.5  1m01s\n"
            "busybox 1.37.0  1m00s  [##########..........]  50 of 100  CC ls.o\n");
  EXPECT_EQ(view.say("ninja: a word", 61),
            "\r\x1b[2A\x1b[J"
            "ninja: a word\n"
            "musl 1.2.5  1m01s\n"
            "busybox 1.37.0  1m00s  [##########..........]  50 of 100  CC ls.o\n");
  EXPECT_EQ(view.on({Event::Type::end, "busybox"}, 61), "\r\x1b[2A\x1b[Jbusybox: done in 1m00s\nmusl 1.2.5  1m01s\n");
  EXPECT_EQ(view.finish(), "\r\x1b[1A\x1b[J");
  EXPECT_EQ(view.finish(), "");
}

TEST(ProgressView, LinesFitTheTerminal) {
  ProgressView view({.terminal = true, .width = 12});
  EXPECT_EQ(view.on(start("x", "äöüäöüäöüäöüäöü"), 0), "äöüäöüäöüäö\n");
  view.resize(5);
  EXPECT_EQ(view.tick(0), "\r\x1b[1A\x1b[Jäöüä\n");
}

TEST(ProgressView, OnlySoManyLiveLines) {
  ProgressView view({.terminal = true, .width = 80, .most_lines = 3});
  for (const char* const step : {"a", "b", "c"}) (void)view.on(start(step, ""), 0);
  EXPECT_THAT(view.tick(0), Not(HasSubstr("more")));
  EXPECT_EQ(view.on(start("d", ""), 0), "\r\x1b[3A\x1b[Ja  0s\nb  0s\n... and 2 more\n");
}

TEST(ProgressView, ControlCharactersCannotMoveTheCursor) {
  ProgressView view({.terminal = true, .width = 80});
  EXPECT_EQ(view.on(start("x", "a\x1b[2Jb\nc"), 0), "a [2Jb c  0s\n");
}

TEST(ProgressView, DoneBeyondTotalFillsTheBar) {
  ProgressView view({.terminal = true, .width = 80});
  (void)view.on(start("x", ""), 0);
  EXPECT_THAT(view.on(progress("x", 30, 20, ""), 0), HasSubstr("[####################]  30 of 20"));
}

TEST(ProgressView, AStepThatWaitedStartsTwice) {
  ProgressView view({});
  EXPECT_EQ(view.on(start("x", ""), 0), "x: started\n");
  (void)view.on(progress("x", 0, 0, "waits for another kjx"), 0);
  EXPECT_EQ(view.tick(20), "x: waits for another kjx, 20s\n");
  EXPECT_EQ(view.on(start("x", ""), 30), "");
  EXPECT_EQ(view.tick(50), "x: 20s\n");
}

TEST(ProgressView, ProgressOfAnUnknownStepIsNothing) {
  ProgressView view({});
  EXPECT_EQ(view.on(progress("x", 1, 2, ""), 100), "");
}

TEST(ShownTime, Units) {
  EXPECT_EQ(shown_time(-1), "0s");
  EXPECT_EQ(shown_time(59.9), "59s");
  EXPECT_EQ(shown_time(60), "1m00s");
  EXPECT_EQ(shown_time(3599), "59m59s");
  EXPECT_EQ(shown_time(3900), "1h05m");
}

}  // namespace
}  // namespace kjx::step
