#include "guest/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest/fake_machine.h"

namespace kjx::guest {
namespace {

using testing::HasSubstr;

const auto never = [] { return false; };

TEST(Watch, WaitsUntilItIsDone) {
  FakeMachine machine;
  machine.says(2, "hello\n");
  Watch watch(machine);
  EXPECT_FALSE(watch.until([&] { return watch.console().text() == "hello\n"; }, 10, "greeting"));
  EXPECT_DOUBLE_EQ(machine.now(), 2);
}

TEST(Watch, SilentWhenTheTimeIsUpIsAHang) {
  FakeMachine machine;
  machine.says(1, "Booting\n");
  Watch watch(machine);
  const auto trouble = watch.until(never, 60, "shell");
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->verdict, Verdict::hung);
  EXPECT_EQ(trouble->seen, "no shell within 60 s, and silent for 59 s; its last line: 'Booting'");
}

TEST(Watch, NeverAWordIsAHangToo) {
  FakeMachine machine;
  Watch watch(machine);
  EXPECT_EQ(watch.until(never, 30, "shell")->seen, "no shell within 30 s, and silent for 30 s; it never said a word");
}

TEST(Watch, StillTalkingWhenTheTimeIsUpIsATimeOut) {
  FakeMachine machine;
  for (int i = 0; i < 60; ++i) machine.says(i, "working\n");
  Watch watch(machine);
  const auto trouble = watch.until(never, 60, "shell");
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->verdict, Verdict::slow);
  EXPECT_THAT(trouble->seen, HasSubstr("still at work"));
}

TEST(Watch, SeesAPanicAtOnce) {
  FakeMachine machine;
  machine.says(1, "[    1.0] Kernel pa");
  machine.says(1.5, "nic - not syncing");
  machine.says(2, ": Attempted to kill init!\n");
  Watch watch(machine);
  const auto trouble = watch.until(never, 60, "shell");
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->verdict, Verdict::panic);
  EXPECT_THAT(trouble->seen, HasSubstr("Attempted to kill init!"));
  EXPECT_DOUBLE_EQ(machine.now(), 2);
}

// A panic that reboots by itself is a panic, not a loop.
TEST(Watch, APanicCountsMoreThanTheLoopItCauses) {
  FakeMachine machine;
  machine.says(1, "Kernel panic - not syncing: x\n");
  machine.at(2, {Event::Kind::reset});
  Watch watch(machine);
  EXPECT_EQ(watch.until(never, 60, "shell")->verdict, Verdict::panic);
}

TEST(Watch, ThreeUnaskedResetsAreALoop) {
  FakeMachine machine;
  for (int i = 1; i <= 3; ++i) machine.at(i, {Event::Kind::reset});
  Watch watch(machine);
  const auto trouble = watch.until(never, 60, "shell");
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->verdict, Verdict::reboot_loop);
  EXPECT_THAT(trouble->seen, HasSubstr("it started 4 times in 3 s"));
}

// Firmware may ask for one itself.
TEST(Watch, OneResetIsNone) {
  FakeMachine machine;
  machine.at(1, {Event::Kind::reset});
  machine.at(5, {Event::Kind::shell, "hello"});
  Watch watch(machine);
  EXPECT_FALSE(watch.until([&] { return watch.heard() == "hello"; }, 60, "shell"));
}

TEST(Watch, AConsoleThatDoesNotStopIsAFlood) {
  FakeMachine machine;
  for (int i = 0; i < 100; ++i) {
    std::string lines;
    for (int j = 0; j < 1000; ++j) lines += "error: again\n";
    machine.says(1 + i * 0.1, lines);
  }
  Watch watch(machine);
  const auto trouble = watch.until(never, 60, "shell");
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->verdict, Verdict::flood);
  EXPECT_THAT(trouble->seen, HasSubstr("said most often: 'error: again'"));
  EXPECT_LT(machine.now(), 10);
}

// What three starts say together is no flood.
TEST(Watch, TheFloodIsOfOneStart) {
  FakeMachine machine;
  for (int i = 0; i < 2; ++i) {
    machine.says(i * 2 + 1, std::string(300'000, 'x'));
    machine.at(i * 2 + 2, {Event::Kind::reset});
  }
  Watch watch(machine);
  EXPECT_EQ(watch.until(never, 60, "shell")->verdict, Verdict::hung);
}

TEST(Watch, AMachineThatEndsUnaskedSaysWhy) {
  FakeMachine machine;
  machine.at(1, {Event::Kind::ended, "qemu: no such device (exit 1)"});
  Watch watch(machine);
  const auto trouble = watch.until(never, 60, "shell");
  ASSERT_TRUE(trouble);
  EXPECT_EQ(trouble->verdict, Verdict::ended);
  EXPECT_EQ(trouble->seen, "QEMU ended: qemu: no such device (exit 1)");
}

TEST(Watch, PowerOffIsTroubleUnlessItWasAskedFor) {
  FakeMachine machine;
  machine.at(1, {Event::Kind::powered_off});
  machine.at(2, {Event::Kind::ended});
  Watch watch(machine);
  EXPECT_EQ(watch.until(never, 60, "shell")->verdict, Verdict::ended);

  FakeMachine asked;
  asked.at(1, {Event::Kind::powered_off});
  asked.at(2, {Event::Kind::ended});
  Watch other(asked);
  other.expect_down();
  EXPECT_FALSE(other.until([&] { return other.powered_off(); }, 60, "power-off"));
}

}  // namespace
}  // namespace kjx::guest
