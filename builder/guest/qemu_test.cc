// With a script in QEMU's place: it finds the sockets in its arguments, as QEMU does.
#include "guest/qemu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"

namespace kjx::guest {
namespace {

namespace fs = std::filesystem;

// Sets `console`, `shell` and `control` to the numbers of the descriptors.
constexpr auto find_sockets = R"(
for word; do
  case $word in
    socket,id=kjx-console,fd=*) console=${word##*=} ;;
    socket,id=kjx-shell,fd=*) shell=${word##*=} ;;
    socket,id=kjx-control,fd=*) control=${word##*=} ;;
  esac
done
)";

class QemuTest : public testing::Test {
 protected:
  Qemu start(const std::string& script) {
    return {{"bash", "-c", std::string(find_sockets) + script, "qemu"}, folder_.path() / "errors"};
  }
  // All that happens, up to the end.
  static std::vector<Event> all(Qemu& qemu) {
    std::vector<Event> events;
    do events.push_back(qemu.next(20));
    while (events.back().kind != Event::Kind::ended && events.back().kind != Event::Kind::none);
    return events;
  }

  TemporaryFolder folder_{fs::temp_directory_path(), "kjx-qemu-test"};
};

TEST_F(QemuTest, SocketsBecomeEvents) {
  auto qemu = start(R"(
echo booting >&$console
sleep 0.2
echo '{"timestamp": {"seconds": 1}, "event": "RESET", "data": {"guest": true, "reason": "guest-reset"}}' >&$control
sleep 0.2
echo 'kjx: shell' >&$shell
sleep 0.2
echo '{"event": "SHUTDOWN", "data": {"guest": true}}' >&$control)");
  const auto events = all(qemu);
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(events[0].kind, Event::Kind::console);
  EXPECT_EQ(events[0].text, "booting\n");
  EXPECT_EQ(events[1].kind, Event::Kind::reset);
  EXPECT_EQ(events[2].kind, Event::Kind::shell);
  EXPECT_EQ(events[2].text, "kjx: shell\n");
  EXPECT_EQ(events[3].kind, Event::Kind::powered_off);
  EXPECT_EQ(events[4].kind, Event::Kind::ended);
  EXPECT_EQ(events[4].text, "");
}

TEST_F(QemuTest, WhatTheMachineDidItselfIsNoEvent) {
  auto qemu = start(R"(echo '{"event": "RESET", "data": {"guest": false}}' >&$control; echo 'no json' >&$control)");
  EXPECT_EQ(all(qemu).size(), 1U);
}

TEST_F(QemuTest, ItsLastWordsAreKept) {
  auto qemu = start("echo first >&2; echo 'qemu: no such device' >&2; exit 3");
  EXPECT_EQ(all(qemu).back().text, "qemu: no such device (exit 3)");
}

TEST_F(QemuTest, WhatIsTypedArrives) {
  auto qemu = start(R"(read -r line <&$shell; echo "heard $line" >&$shell)");
  qemu.type("hello\n");
  EXPECT_EQ(qemu.next(20).text, "heard hello\n");
}

// It starts stopped, so that no event is lost.
TEST_F(QemuTest, ItIsToldToGoOn) {
  auto qemu = start(
      R"(read -r -N 48 line <&$control; echo "$line" >&$console; case "$*" in *" -S"*) echo stopped >&$console;; esac)");
  std::string said;
  for (const auto& event : all(qemu)) said += event.kind == Event::Kind::console ? event.text : "";
  EXPECT_THAT(said, testing::HasSubstr(R"({"execute":"qmp_capabilities"}{"execute":"cont"})"));
  EXPECT_THAT(said, testing::HasSubstr("stopped"));
}

TEST_F(QemuTest, NothingHappensUntilThen) {
  auto qemu = start("sleep 20");
  EXPECT_EQ(qemu.next(0.2).kind, Event::Kind::none);
  EXPECT_LT(qemu.now(), 10);
}

}  // namespace
}  // namespace kjx::guest
