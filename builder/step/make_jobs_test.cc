#include "step/make_jobs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "step/job_server.h"

namespace kjx::step {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Ge;
using testing::Le;

// A real GNU make whose recipes write when they begin and when they end.
class Makes : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("make")) GTEST_SKIP() << "make is not installed";
    std::string rules = "all:";
    for (int i = 0; i < 8; ++i) rules += fmt::format(" t{}", i);
    rules += "\nt%:\n\t@echo + >> $(LOG)\n\t@sleep 0.1\n\t@echo - >> $(LOG)\n";
    // One shell for a rule, so that its second line is no new job.
    write_file(makefile(), ".ONESHELL:\n" + rules);
    write_file(log(), "");
  }

  std::filesystem::path makefile() const { return folder_.path() / "Makefile"; }
  std::filesystem::path log() const { return folder_.path() / "log"; }

  // What a step does: its own token, then make on it.
  Exit step(const JobServer* server, const std::string& target = "all") {
    const auto client = server != nullptr ? JobClient::connect(server->address()) : nullptr;
    const Lease lease(client.get());
    const MakeJobs jobs(client.get(), 3);
    Command command;
    command.argv = {"make", "-s", "-f", makefile(), fmt::format("LOG={}", log().string()), target};
    command.environment = {{"PATH", "/usr/bin:/bin"}, {"MAKEFLAGS", jobs.flags()}};
    command.directory = folder_.path();
    command.keep = jobs.descriptors();
    return run(command);
  }

  struct Seen {
    int most = 0;
    int jobs = 0;
  };
  Seen seen() const {
    Seen seen;
    int now = 0;
    for (const char c : read_file(log())) {
      if (c == '+') seen.most = std::max(seen.most, ++now), ++seen.jobs;
      if (c == '-') --now;
    }
    EXPECT_EQ(now, 0);
    return seen;
  }

 private:
  TemporaryFolder folder_{testing::TempDir(), "makes"};
};

TEST_F(Makes, OneUsesAllTokens) {
  const JobServer server(4, nullptr);
  EXPECT_TRUE(step(&server).ok());
  EXPECT_EQ(seen().jobs, 8);
  EXPECT_EQ(seen().most, 4);
}

TEST_F(Makes, ThreeShareTwoTokens) {
  const JobServer server(2, nullptr);
  std::vector<std::thread> steps;
  for (int i = 0; i < 3; ++i) steps.emplace_back([&] { EXPECT_TRUE(step(&server).ok()); });
  for (std::thread& one : steps) one.join();
  EXPECT_EQ(seen().jobs, 24);
  EXPECT_EQ(seen().most, 2);
}

TEST_F(Makes, OneTokenIsEnough) {
  const JobServer server(1, nullptr);
  EXPECT_TRUE(step(&server).ok());
  EXPECT_EQ(seen().most, 1);
}

TEST_F(Makes, WithoutAServerTheCores) {
  EXPECT_EQ(MakeJobs(nullptr, 3).flags(), "-j3");
  EXPECT_EQ(MakeJobs(nullptr, 0).flags(), "-j1");
  EXPECT_TRUE(step(nullptr).ok());
  EXPECT_EQ(seen().most, 3);
}

TEST_F(Makes, AFailingMakeReturnsItsTokens) {
  const JobServer server(3, nullptr);
  EXPECT_FALSE(step(&server, "no-such-target").ok());
  const auto client = JobClient::connect(server.address());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(client->take());
}

TEST_F(Makes, AMakeKilledInTheMiddleReturnsItsTokens) {
  const JobServer server(3, nullptr);
  const auto client = JobClient::connect(server.address());
  {
    const Lease lease(client.get());
    const MakeJobs jobs(client.get(), 3);
    Command command;
    command.argv = {"sh", "-c", "(sleep 0.3; kill -9 $$) & exec make -s -f " + makefile().string() + " LOG=/dev/null"};
    command.environment = {{"PATH", "/usr/bin:/bin"}, {"MAKEFLAGS", jobs.flags()}};
    command.keep = jobs.descriptors();
    EXPECT_EQ(run(command).signal, SIGKILL);
  }
  const auto next = JobClient::connect(server.address());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(next->take());
}

// An idle make must not sit on a token: all of the second one's jobs want it.
TEST_F(Makes, AnIdleOnesTokenGoesToWhoeverWaits) {
  const JobServer server(3, nullptr);
  const auto idle = JobClient::connect(server.address());
  const Lease lease(idle.get());
  const MakeJobs offered(idle.get(), 3);  // a make that starts nothing: bytes stay unread
  std::this_thread::sleep_for(100ms);
  EXPECT_TRUE(step(&server).ok());
  EXPECT_THAT(seen().most, 2);
  const auto late = JobClient::connect(server.address());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(late->take());
  EXPECT_TRUE(late->take());  // the one offered to the idle make
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
}

}  // namespace
}  // namespace kjx::step
