#include "guest/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest/fake_machine.h"

namespace kjx::guest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class TrialTest : public testing::Test {
 protected:
  TrialTest() { contract_.services = {"sshd", "syslogd"}; }

  Report hold() {
    beside_.log_in = [this](Watch&, const std::string&, double) { return ssh_says_; };
    return guest::hold(machine_, contract_, beside_, console_);
  }

  // The one check that failed.
  static Check failed(const Report& report) {
    Check found;
    int count = 0;
    for (const auto& check : report.checks) {
      if (check.state != Check::State::failed) continue;
      found = check;
      ++count;
    }
    EXPECT_EQ(count, 1);
    EXPECT_EQ(report.verdict, Verdict::failed);
    return found;
  }

  CommandCheck command(const std::string& line) { return {.run = {line, {}}}; }

  FakeMachine machine_;
  FakeGuest guest_{machine_};
  Contract contract_;
  Beside beside_;
  std::string console_;
  std::string ssh_says_;
};

TEST_F(TrialTest, AGuestThatWorksPasses) {
  contract_.reboot = 30;
  contract_.ssh = "root";
  contract_.ports = {{"tcp", 22}, {"udp", 123}};
  contract_.memory = 60 << 20;
  contract_.files = {{.path = "/etc/shadow", .mode = 0600, .owner = "0:0"}, {.path = "/etc/hostname"}};
  contract_.commands = {command("uname -m")};
  guest_.replies["uname -m"] = {0, "x86_64"};
  contract_.commands[0].output = "x86_64\n";
  const auto report = hold();
  EXPECT_EQ(report.verdict, Verdict::passed) << report.seen;
  std::vector<std::string> names;
  for (const auto& check : report.checks) names.push_back(check.name);
  EXPECT_THAT(names, ElementsAre("ready", "memory", "command uname -m", "file /etc/shadow", "file /etc/hostname",
                                 "port tcp/22", "port udp/123", "ssh", "service sshd", "service syslogd", "reboot",
                                 "ready after the reboot", "poweroff"));
  EXPECT_THAT(console_, HasSubstr("kjx: stopped"));
}

TEST_F(TrialTest, MeasuresTheBoot) {
  beside_.first_file = "/bin/busybox";
  beside_.last_file = "/usr/x";
  const auto report = hold();
  EXPECT_NEAR(*report.measures.unpacking, 0.25, 0.001);
  EXPECT_NEAR(*report.measures.firmware, 1, 0.2);  // it is 3 s old when the clock says 4
  EXPECT_EQ(report.measures.memory, 50000U * 1024);
  EXPECT_EQ(report.measures.service_memory.at("sshd"), 1200U * 1024);
  EXPECT_DOUBLE_EQ(report.measures.times.ready.at("sshd"), 2.5);
}

TEST_F(TrialTest, AServiceThatIsNotUpIsNamedWithItsState) {
  guest_.times = "stage1 0.80 1.00\nstage2 1.10\nready syslogd 1.50\n";
  guest_.replies["sv status /etc/service/sshd"] = {0, "down: /etc/service/sshd: 1s, normally up, want up"};
  const auto check = failed(hold());
  EXPECT_EQ(check.name, "ready");
  EXPECT_EQ(check.expected, "sshd, syslogd up within 60 s");
  EXPECT_THAT(check.seen, HasSubstr("not up: sshd"));
  EXPECT_THAT(check.seen, HasSubstr("normally up, want up"));
}

TEST_F(TrialTest, AServiceTheGuestGaveUpIsNotWaitedFor) {
  guest_.times = "stage1 0.80 1.00\nstage2 1.10\nready syslogd 1.50\nlate sshd\n";
  contract_.ready = 600;
  EXPECT_THAT(failed(hold()).seen, HasSubstr("not up: sshd"));
  EXPECT_LT(machine_.now(), 60);
}

TEST_F(TrialTest, AServiceThatIsStartedAgainIsFound) {
  guest_.services = {"syslogd run 101 800\nsshd run 102 1200\n", "syslogd run 101 800\nsshd run 180 1200\n"};
  const auto check = failed(hold());
  EXPECT_EQ(check.name, "service sshd");
  EXPECT_EQ(check.seen, "it was started again while the test ran: pid 102, then 180");
}

TEST_F(TrialTest, AServiceThatFellOverIsFound) {
  guest_.services = {"syslogd run 101 800\nsshd run 102 1200\n", "syslogd run 101 800\nsshd down 0 0\n"};
  EXPECT_EQ(failed(hold()).seen, "its state is 'down'");
}

TEST_F(TrialTest, ACommandsOutputIsCompared) {
  contract_.commands = {command("uname -m")};
  contract_.commands[0].output = "aarch64";
  guest_.replies["uname -m"] = {0, "x86_64"};
  const auto check = failed(hold());
  EXPECT_EQ(check.expected, "exit 0, output 'aarch64'");
  EXPECT_EQ(check.seen, "exit 0, output 'x86_64'");
}

TEST_F(TrialTest, ACommandsExitCodeIsCompared) {
  contract_.commands = {command("false"), command("also false")};
  contract_.commands[1].exit = 1;
  guest_.replies["false"] = {1, ""};
  const auto check = failed(hold());
  EXPECT_EQ(check.name, "command false");
  EXPECT_EQ(check.seen, "exit 1, output 'nothing'");
}

TEST_F(TrialTest, ACommandsOutputContainsAndMatches) {
  contract_.commands = {command("a"), command("a")};
  guest_.replies["sh -c a "] = {0, "one\ntwo three\n"};
  contract_.commands[0].contains = "two";
  contract_.commands[0].matches = "^two [a-z]+$";
  contract_.commands[1].matches = "^three";
  EXPECT_EQ(failed(hold()).expected, "exit 0, output that matches '^three'");
}

TEST_F(TrialTest, ACommandThatHangsLosesTheGuest) {
  contract_.commands = {command("sleep")};
  guest_.replies["sleep"] = {-1, ""};
  const auto report = hold();
  EXPECT_EQ(report.verdict, Verdict::hung);
  EXPECT_EQ(report.during, "command sleep");
  EXPECT_THAT(report.seen, StartsWith("no answer within 30 s"));
}

TEST_F(TrialTest, AMissingFileIsMissing) {
  contract_.files = {{.path = "/nope", .mode = 0644}};
  guest_.replies["/nope"] = {9, ""};
  const auto check = failed(hold());
  EXPECT_EQ(check.name, "file /nope");
  EXPECT_EQ(check.seen, "it is not there");
}

TEST_F(TrialTest, AFilesModeAndOwnerAreCompared) {
  contract_.files = {{.path = "/f", .mode = 0644, .owner = "0:0"}};
  EXPECT_EQ(failed(hold()).seen, "mode 0600, owner 0:0");
}

TEST_F(TrialTest, AClosedPortIsClosed) {
  contract_.ports = {{"tcp", 80}};
  const auto check = failed(hold());
  EXPECT_EQ(check.name, "port tcp/80");
  EXPECT_EQ(check.seen, "nothing listens there, only on tcp/22, udp/123");
}

TEST_F(TrialTest, TooMuchMemory) {
  contract_.memory = 1 << 20;
  EXPECT_EQ(failed(hold()).seen, "50000 KiB");
}

TEST_F(TrialTest, AFailedLogIn) {
  contract_.ssh = "root";
  ssh_says_ = "ssh ended with 255: Permission denied";
  EXPECT_EQ(failed(hold()).seen, ssh_says_);
}

TEST_F(TrialTest, AnUncleanEndQuotesStage3) {
  guest_.going_down = "\nkjx: stopping services\nkjx: kill: run: sshd: (pid 102) 9s\nkjx: unmounting\nkjx: stopped\n";
  EXPECT_EQ(failed(hold()).seen, "kjx: kill: run: sshd: (pid 102) 9s");
}

TEST_F(TrialTest, APowerOffThatDoesNotComeIsAHang) {
  guest_.goes_down = false;
  const auto report = hold();
  EXPECT_EQ(report.verdict, Verdict::hung);
  EXPECT_EQ(report.during, "powering off");
}

TEST_F(TrialTest, APanicOnTheWayIsNamed) {
  machine_.says(3.5, "Kernel panic - not syncing: x\n");
  const auto report = hold();
  EXPECT_EQ(report.verdict, Verdict::panic);
  EXPECT_THAT(report.last_lines.back(), HasSubstr("panic"));
}

TEST_F(TrialTest, TimeLimitsCanBeStretched) {
  guest_.times = "stage1 0.80 1.00\nstage2 1.10\nready syslogd 1.50\n";
  beside_.slow = 3;
  (void)failed(hold());
  EXPECT_GT(machine_.now(), 180);
}

}  // namespace
}  // namespace kjx::guest
