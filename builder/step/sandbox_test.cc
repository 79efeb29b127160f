#include "step/sandbox.h"

#include <gmock/gmock.h>

#include "base/file.h"

namespace kjx::step {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Sandbox, MountsReplaceAndStandInOrder) {
  Sandbox sandbox;
  sandbox.add({"/a", "/kjx/build/sub"});
  sandbox.add({"/b", "/kjx/build"});
  sandbox.add({"/c", "/kjx/build/sub"});
  ASSERT_EQ(sandbox.mounts.size(), 2u);
  EXPECT_EQ(sandbox.mounts[0].host, "/b");
  EXPECT_EQ(sandbox.mounts[1].host, "/c");
  EXPECT_EQ(sandbox.at("/kjx"), nullptr);
}

TEST(SandboxOff, PathsOfMountsBecomeTheHosts) {
  const std::vector<work::Mount> mounts = {{"/h/b", "/kjx/build"}, {"/h/s", "/kjx/sysroot"}, {"/h/x", "/kjx/build/x"}};
  EXPECT_EQ(on_host("-I/kjx/sysroot/include", mounts), "-I/h/s/include");
  EXPECT_EQ(on_host("/kjx/build/x/y:/kjx/build/z:/kjx/build", mounts), "/h/x/y:/h/b/z:/h/b");
  EXPECT_EQ(on_host("/kjx/build-2 /kjx/builder /kjx/other", mounts), "/kjx/build-2 /kjx/builder /kjx/other");
  EXPECT_EQ(on_host("", mounts), "");
}

TEST(SandboxOff, RunsOnTheHostWithTheFixedEnvironment) {
  Sandbox sandbox;
  sandbox.mode = SandboxMode::off;
  sandbox.epoch = 12;
  sandbox.add({testing::TempDir(), "/kjx/build", true});
  work::Run run;
  run.argv = {"sh", "-c", "pwd; env | sort"};
  run.environment = {{"FLAGS", "-L/kjx/build/lib"}};
  Command command = enclose(sandbox, run);
  EXPECT_EQ(command.argv[0], "sh");
  const Captured captured = capture(command);
  EXPECT_TRUE(captured.exit.ok());
  EXPECT_THAT(captured.output, HasSubstr("FLAGS=-L" + std::filesystem::path(testing::TempDir()).string()));
  EXPECT_THAT(captured.output, HasSubstr("SOURCE_DATE_EPOCH=12\n"));
  EXPECT_THAT(captured.output, HasSubstr("TZ=UTC\n"));
  EXPECT_THAT(captured.output, Not(HasSubstr("/kjx/")));
}

TEST(SandboxChroot, IsEnteredByTheVerbInside) {
  Sandbox sandbox;
  sandbox.mode = SandboxMode::chroot;
  sandbox.root = "/store/root";
  sandbox.program = "/usr/bin/kjx";
  work::Run run;
  run.argv = {"make", "-C", "/kjx/build"};
  run.environment = {{"FLAGS", "-L/kjx/build/lib"}};
  const Command command = enclose(sandbox, run);
  EXPECT_THAT(command.argv, ElementsAre("/usr/bin/kjx", "inside", "--root", "/store/root", "--directory", "/kjx/build",
                                        "--", "make", "-C", "/kjx/build"));
  EXPECT_EQ(command.environment->at("FLAGS"), "-L/kjx/build/lib");
  EXPECT_EQ(command.environment->at("HOME"), "/kjx/build");
}

// What follows looks at a real sandbox from inside.
class RealSandbox : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto problem = try_sandbox(find_program("bwrap"))) GTEST_SKIP() << problem->message;
    sandbox_.accounts = folder_.path() / "etc";
    sandbox_.epoch = 1700000000;
    write_accounts(sandbox_.accounts);
    for (const char* const name : {"build", "tools"}) std::filesystem::create_directories(folder_.path() / name);
    sandbox_.add({folder_.path() / "build", "/kjx/build", true});
  }

  Captured inside(const std::string& script) {
    work::Run run;
    run.argv = {"sh", "-c", script};
    return capture(enclose(sandbox_, run));
  }
  std::string said(const std::string& script) { return inside(script).output; }

  TemporaryFolder folder_{testing::TempDir(), "sandbox"};
  Sandbox sandbox_;
};

TEST_F(RealSandbox, NamesAreFixed) {
  EXPECT_EQ(said("hostname; id -un; id -u; id -gn; id -g; pwd; umask"),
            "kjx\nkjx\n1000\nkjx\n1000\n/kjx/build\n0022\n");
}

TEST_F(RealSandbox, EnvironmentIsFixed) {
  ::setenv("KJX_SURELY_NOT", "1", 1);
  EXPECT_EQ(said("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= | sort"),
            "HOME=/kjx/build\nKCONFIG_NOTIMESTAMP=1\nLC_ALL=C\nLOGNAME=kjx\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n"
            "SOURCE_DATE_EPOCH=1700000000\nTERM=dumb\nTZ=UTC\nUSER=kjx\n");
}

TEST_F(RealSandbox, ToolsOfTheirOwnComeFirst) {
  sandbox_.add({folder_.path() / "tools", "/kjx/tools", false});
  EXPECT_THAT(said("echo $PATH"), StartsWith("/kjx/tools/bin:/usr/sbin:"));
}

TEST_F(RealSandbox, NoNetwork) { EXPECT_EQ(said("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"), "lo\n"); }

TEST_F(RealSandbox, WhatVerifyVariesTakesThePlaceOfTheHosts) {
  const TemporaryFolder other(testing::TempDir(), "varied");
  write_file(other.path() / "version", "another kernel\n");
  sandbox_.varied = {{other.path() / "version", "/proc/version", false}};
  EXPECT_EQ(said("cat /proc/version"), "another kernel\n");
}

TEST_F(RealSandbox, OnlyWhatIsDeclaredIsThere) {
  EXPECT_EQ(said("ls -d /home /root /var /work /opt /srv " + folder_.path().string() + " 2>/dev/null"), "");
  EXPECT_EQ(said("ls /etc | sort | tr '\\n' ' '"), "alternatives group ld.so.cache passwd ");
  EXPECT_EQ(said("ls -A /usr/local /tmp"), "/tmp:\n\n/usr/local:\n");
}

TEST_F(RealSandbox, OnlyWritableFoldersCanBeWritten) {
  sandbox_.add({folder_.path() / "tools", "/kjx/tools", false});
  EXPECT_EQ(
      said("for f in /usr/x /x /kjx/x /kjx/tools/x /etc/x /kjx/build/x; do touch $f 2>/dev/null && echo $f; done"),
      "/kjx/build/x\n");
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "build" / "x"));
}

TEST_F(RealSandbox, InputAndExitCodePassThrough) {
  work::Run run;
  run.argv = {"sh", "-c", "cat; exit 7"};
  run.input = "to be read";
  const Captured captured = capture(enclose(sandbox_, run));
  EXPECT_EQ(captured.output, "to be read");
  EXPECT_EQ(captured.exit.code, 7);
}

TEST_F(RealSandbox, OtherProcessesAreOutOfSight) {
  EXPECT_EQ(said("cat /proc/1/comm"), "bwrap\n");
  EXPECT_LT(std::stoi(said("ls -d /proc/[0-9]* | wc -l")), 10);
}

}  // namespace
}  // namespace kjx::step
