#include "step/sandbox_mode.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/process.h"

namespace kjx::step {
namespace {

using testing::HasSubstr;

constexpr std::string_view everybody = "         0          0 4294967295\n";
// Of a container's root: everything but mounting, devices of its own and such.
constexpr std::string_view usual = "Name:\tkjx\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n";

TEST(SandboxMode, Names) {
  for (const SandboxMode mode : {SandboxMode::bubblewrap, SandboxMode::chroot, SandboxMode::off})
    EXPECT_EQ(parse_sandbox_mode(option_of(mode)), mode);
  EXPECT_FALSE(parse_sandbox_mode("auto"));
  EXPECT_EQ(name_of(SandboxMode::bubblewrap), "bubblewrap");
  EXPECT_EQ(key_word(SandboxMode::bubblewrap), "on");
  EXPECT_EQ(key_word(SandboxMode::chroot), "chroot");
}

TEST(SandboxProbe, AMissingProgramNamesItsPackage) {
  const auto problem = try_sandbox(std::nullopt);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->kind, Kind::no_tool);
  EXPECT_EQ(problem->message, "the program 'bwrap' is missing; every action runs in its sandbox");
  EXPECT_EQ(problem->help, "install the Debian package 'bubblewrap', or build with --sandbox=off");
}

TEST(SandboxProbe, AForbiddenOneSaysWhatItSaid) {
  const TemporaryFolder folder(testing::TempDir(), "bwrap");
  const auto program = folder.path() / "bwrap";
  write_file(program, "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n", 0755);
  const auto problem = try_sandbox(program);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->kind, Kind::no_sandbox);
  EXPECT_EQ(problem->message, "no sandbox can be made on this machine (bwrap: No permissions to create new namespace)");
  EXPECT_THAT(problem->help, HasSubstr("--sandbox=off"));
}

TEST(SandboxProbe, ThatItWorksIsRememberedUntilTheCircumstancesChange) {
  const TemporaryFolder folder(testing::TempDir(), "bwrap");
  const auto memory = folder.path() / "sandbox";
  const auto program = folder.path() / "bwrap";
  write_file(program, "#!/bin/sh\n", 0755);
  const auto before = circumstances(program);
  EXPECT_EQ(circumstances(program), before);
  std::filesystem::last_write_time(program, std::filesystem::last_write_time(program) + std::chrono::seconds(1));
  EXPECT_NE(circumstances(program), before);
  EXPECT_THAT(before, HasSubstr("mnt:["));

  const auto choice = choose_sandbox(memory);
  // Nobody but root has a choice.
  if (chroot_problem() || choice.mode != SandboxMode::bubblewrap) {
    EXPECT_FALSE(std::filesystem::exists(memory));
    return;
  }
  EXPECT_EQ(read_file(memory), circumstances(find_program("bwrap").value()));
  EXPECT_EQ(choose_sandbox(folder.path() / "absent" / "sandbox").mode, SandboxMode::bubblewrap);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "absent"));
}

TEST(ChrootProblem, RootOfAContainerHasNone) { EXPECT_EQ(chroot_problem(0, usual, everybody), std::nullopt); }

TEST(ChrootProblem, OnlyRoot) { EXPECT_EQ(chroot_problem(1000, usual, everybody), "only root can make a chroot"); }

TEST(ChrootProblem, CapabilitiesAreNamed) {
  EXPECT_EQ(chroot_problem(0, "Name:\tkjx\nCapEff:\t00000000a00025fb\n", everybody),
            "this root lacks CAP_SYS_CHROOT, CAP_MKNOD");
}

TEST(ChrootProblem, ANamespaceWithoutTheUser) {
  EXPECT_EQ(chroot_problem(0, usual, "         0       1000          1\n"), "there is no user 1000 here");
  EXPECT_EQ(chroot_problem(0, usual, "         0       5000          1\n         1     100000      65536\n"),
            std::nullopt);
}

}  // namespace
}  // namespace kjx::step
