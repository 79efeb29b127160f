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

Overall whole(std::uint64_t done, std::uint64_t total, double elapsed, std::optional<graph::Left> left = {}) {
  return {.done = done, .total = total, .running = 1, .elapsed = elapsed, .left = left};
}

TEST(ProgressView, OnATerminalLinesAreRepainted) {
  ProgressView view({.terminal = true, .width = 120});
  EXPECT_EQ(view.on(start("musl", "musl 1.2.5"), 0), "  musl      0s\n");
  EXPECT_EQ(view.on(start("busybox", "busybox 1.37.0"), 1),
            "\r\x1b[1A\x1b[J"
            "  musl         1s\n"
            "  busybox      0s\n");
  EXPECT_EQ(view.on(progress("busybox", 50, 100, "CC ls.o"), 61),
            "\r\x1b[2A\x1b[J"
            "  musl      1m01s\n"
            "  busybox   1m00s  [######......]  50 of 100  CC ls.o\n");
  EXPECT_EQ(view.say("ninja: a word", 61),
            "\r\x1b[2A\x1b[J"
            "ninja: a word\n"
            "  musl      1m01s\n"
            "  busybox   1m00s  [######......]  50 of 100  CC ls.o\n");
  EXPECT_EQ(view.on({Event::Type::end, "busybox"}, 62), "\r\x1b[2A\x1b[Jbusybox: done in 1m01s\n  musl   1m02s\n");
  EXPECT_EQ(view.finish(), "\r\x1b[1A\x1b[J");
  EXPECT_EQ(view.finish(), "");
}

TEST(ProgressView, TheWholeStandsAbove) {
  ProgressView view({.terminal = true, .width = 80});
  (void)view.on(start("kernel.stage1", ""), 0);
  view.set(whole(23, 57, 130, graph::Left{290, 250, 0}));
  EXPECT_EQ(view.tick(100),
            "\r\x1b[1A\x1b[J"
            "[########............]  23/57  2m10s  about 5m left  critical path 4m10s\n"
            "  kernel.stage1   1m40s\n");
  view.set(whole(23, 57, 130, graph::Left{290, 250, 3}));
  EXPECT_THAT(view.tick(101), HasSubstr("23/57  2m10s  at least 5m left  critical path 4m10s\n"));
}

TEST(ProgressView, FortyColumnsHoldWhatMattersMost) {
  ProgressView view({.terminal = true, .width = 40});
  Event compiling = progress("kernel.stage1.of.a.long.name", 412, 1371, "arch/x86/kernel/cpu/common.o");
  compiling.unit = work::Unit::objects;
  (void)view.on(start(compiling.step, ""), 0);
  (void)view.on(compiling, 100);
  view.set(whole(1123, 1257, 3900, graph::Left{3900, 3900, 1}));
  EXPECT_EQ(view.tick(130),
            "\r\x1b[1A\x1b[J"
            "1123/1257  1h05m  at least 1h05m left\n"
            "kernel.stage1.of   2m10s  412 of 1371 o\n");
}

TEST(ProgressView, BytesAreShownAsSuch) {
  ProgressView view({.terminal = true, .width = 80});
  (void)view.on(start("x", ""), 0);
  auto shown = [&view, now = 0.0](std::uint64_t done, std::uint64_t total) mutable {
    Event event = progress("x", done, total, "fetching");
    event.unit = work::Unit::bytes;
    return view.on(event, now += 1);
  };
  EXPECT_THAT(shown(12'345'678, 130'000'000), HasSubstr("[#...........]  12.3 of 130 MB  fetching"));
  EXPECT_THAT(shown(500, 99'900), HasSubstr("0.5 of 99.9 kB"));
  EXPECT_THAT(shown(7'200'000'000'000, 0), HasSubstr("  7200 GB"));
}

TEST(ProgressView, ManyEventsAreNotPaintedOneByOne) {
  ProgressView view({.terminal = true});
  EXPECT_NE(view.on(start("a", ""), 1), "");
  EXPECT_EQ(view.on({Event::Type::end, "a"}, 1.01), "");
  EXPECT_EQ(view.on(start("b", ""), 1.02), "");
  EXPECT_EQ(view.tick(1.25), "\r\x1b[1A\x1b[J  b      0s\n");
}

TEST(ProgressView, OnATerminalWhatTookNoTimeLeavesNoLine) {
  ProgressView view({.terminal = true});
  Event cached{Event::Type::end, "found"};
  cached.cached = true;
  EXPECT_EQ(view.on(cached, 1), "");
  (void)view.on(start("short", ""), 2);
  EXPECT_THAT(view.on({Event::Type::end, "short"}, 2.5), Not(HasSubstr("done")));
  (void)view.on(start("long", ""), 3);
  EXPECT_THAT(view.on({Event::Type::end, "long"}, 5), HasSubstr("long: done in 2s\n"));
}

TEST(ProgressView, NothingScrollsAFailureAway) {
  ProgressView view({.terminal = true, .color = true, .width = 80});
  (void)view.on(start("bad", ""), 0);
  (void)view.on(start("other", ""), 0);
  Event failed{Event::Type::failed, "bad"};
  failed.log = "out/logs/bad.log";
  EXPECT_THAT(view.on(failed, 8), HasSubstr("bad: \x1b[31mfailed\x1b[0m after 8s, log: out/logs/bad.log\n"));
  auto overall = whole(3, 9, 30, graph::Left{100, 100, 0});
  overall.failed = 1;
  view.set(overall);
  EXPECT_THAT(view.tick(20), HasSubstr("\x1b[31m[######..............]  3/9  30s  1 failed, 1 still at work\x1b[0m\n"));
  EXPECT_THAT(view.on({Event::Type::end, "other"}, 30), Not(HasSubstr("other")));
}

TEST(ProgressView, ColoursOnlyWhereTheyAreWanted) {
  for (const bool color : {false, true}) {
    ProgressView view({.terminal = true, .color = color});
    (void)view.on(start("x", ""), 0);
    EXPECT_THAT(view.on({Event::Type::end, "x"}, 9),
                HasSubstr(color ? "x: \x1b[32mdone\x1b[0m in 9s\n" : "x: done in 9s\n"));
  }
}

TEST(ProgressView, InALogTheWholeNowAndThen) {
  ProgressView view({});
  (void)view.on(start("x", ""), 0);
  view.set(whole(3, 9, 60, graph::Left{400, 400, 2}));
  EXPECT_EQ(view.tick(20), "x: 20s\n");
  EXPECT_EQ(view.tick(60), "x: 1m00s\n3/9 done, 1m00s, at least 7m left\n");
  EXPECT_EQ(view.tick(80), "x: 1m20s\n");
}

TEST(ProgressView, EveryLineOfAProgramCarriesItsActionsName) {
  const Event said{Event::Type::said, "busybox", "", 0, 0, "  CC ls.o\x1b[2J"};
  ProgressView log({});
  EXPECT_EQ(log.on(said, 1), "busybox |   CC ls.o [2J\n");
  ProgressView terminal({.terminal = true});
  (void)terminal.on(start("busybox", ""), 0);
  EXPECT_EQ(terminal.on(said, 1), "\r\x1b[1A\x1b[Jbusybox |   CC ls.o [2J\n  busybox      1s\n");
}

TEST(ProgressView, LinesFitTheTerminal) {
  ProgressView view({.terminal = true, .width = 12});
  (void)view.on(start("x", ""), 0);
  (void)view.say("", 0);
  view.set(whole(1234567, 7654321, 60));
  EXPECT_EQ(view.tick(1), "\r\x1b[1A\x1b[J1234567/765\nx      1s\n");
}

TEST(ProgressView, ANarrowerTerminalHasBrokenTheLinesIntoRows) {
  ProgressView view({.terminal = true, .width = 80});
  (void)view.on(start("a.name.of.twenty.one", ""), 0);  // "  a.name.of.twenty.one      0s": 30 columns
  view.resize(12);
  EXPECT_EQ(view.tick(1), "\r\x1b[3A\x1b[Ja.na      1\n");
  view.resize(80);
  EXPECT_THAT(view.tick(2), HasSubstr("\r\x1b[1A\x1b[J"));
}

TEST(ProgressView, OnlySoManyLiveLines) {
  ProgressView view({.terminal = true, .width = 80, .most_lines = 3});
  for (const char* const step : {"a", "b", "c"}) (void)view.on(start(step, ""), 0);
  EXPECT_THAT(view.tick(1), Not(HasSubstr("more")));
  EXPECT_EQ(view.on(start("d", ""), 2), "\r\x1b[3A\x1b[J  a      2s\n  b      2s\n  ... and 2 more\n");
}

TEST(ProgressView, ControlCharactersCannotMoveTheCursor) {
  ProgressView view({.terminal = true, .width = 80});
  (void)view.on(start("x", ""), 0);
  EXPECT_EQ(view.on(progress("x", 0, 0, "a\x1b[2Jb\nc"), 1), "\r\x1b[1A\x1b[J  x      1s  a [2Jb c\n");
}

TEST(ProgressView, DoneBeyondTotalFillsTheBar) {
  ProgressView view({.terminal = true, .width = 80});
  (void)view.on(start("x", ""), 0);
  EXPECT_THAT(view.on(progress("x", 30, 20, ""), 1), HasSubstr("[############]  30 of 20"));
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

TEST(ShownLeft, IsNoMoreExactThanItIsKnown) {
  EXPECT_EQ(shown_left({3, 0, 0}), "about 10s left");
  EXPECT_EQ(shown_left({41, 0, 0}), "about 50s left");
  EXPECT_EQ(shown_left({95, 0, 0}), "about 2m left");
  EXPECT_EQ(shown_left({3661, 0, 0}), "about 1h02m left");
  EXPECT_EQ(shown_left({180, 0, 2}), "at least 3m left");
  EXPECT_EQ(shown_left({0, 0, 3}), "no estimate: 3 never ran here");
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
