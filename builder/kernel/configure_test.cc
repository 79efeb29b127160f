#include <gmock/gmock.h>

#include "diag/testing.h"
#include "kernel/kernel.h"
#include "work/fake_work.h"

namespace kjx::kernel {
namespace {

class Configure : public ::testing::Test {
 protected:
  Configure() {
    work.said = {{"arch", "x86"}, {"base", "tinyconfig"}, {"fragments", {"base", "more"}}};
    work.given.emplace_back("source", Digest{});
    work.unpacked = folder.path() / "source";
    write_file(work.unpacked / "Kconfig",
               "source \"arch/$(SRCARCH)/Kconfig\"\nconfig NET\n\tbool \"net\"\n\tdepends on CORE\n");
    write_file(work.unpacked / "arch/x86/Kconfig", "config CORE\n\tbool \"core\"\n");
    work.on_run = [this](const work::Run& run) { return kconfig_program(run.argv.back()); };
  }

  // tinyconfig writes a base; olddefconfig keeps what `keeps` says of the lines appended.
  work::Work::Outcome kconfig_program(const std::string& target) {
    const auto config = work.folder("build") / ".config";
    if (target == "tinyconfig") write_file(config, "# base\n");
    if (target == "olddefconfig") {
      asked = read_file(config);
      write_file(config, kept);
    }
    return {};
  }

  TemporaryFolder folder{std::filesystem::temp_directory_path(), "kjx-configure"};
  work::FakeWork work{folder.path()};
  std::string asked;
  std::string kept;
};

TEST_F(Configure, AppendsFragmentsInOrderAndKeepsTheResult) {
  work.add_file("fragment/base", "CONFIG_CORE=y\nCONFIG_NET=y\n");
  work.add_file("fragment/more", "# but no network\n# CONFIG_NET is not set\n");
  kept = "CONFIG_CORE=y\n# CONFIG_NET is not set\n";
  configure_action().run(work);
  EXPECT_EQ(asked, "# base\nCONFIG_CORE=y\n# CONFIG_NET is not set\n");
  EXPECT_EQ(work.store().read(work.outputs.at("config")), kept);
  EXPECT_THAT(work.commands(),
              ::testing::ElementsAre("make -C /kjx/src O=/kjx/build ARCH=x86 PAHOLE=none tinyconfig",
                                     "make -C /kjx/src O=/kjx/build ARCH=x86 PAHOLE=none olddefconfig"));
}

TEST_F(Configure, NamesWhatDidNotStickAndWhy) {
  work.add_file("fragment/base", "CONFIG_NET=y\n");
  work.add_file("fragment/more", "CONFIG_CORES=y\n");
  const auto path = [&](const char* slot) { return (folder.path() / "author" / slot).string(); };
  const auto told = std::make_shared<SourceText>(SourceText{"kernel/fragments/base", ""});
  work.places["fragment/base"] = {told, 0, 0};
  expect_failure([&] { configure_action().run(work); },
                 path("fragment/more") +
                     ":1:1: error: CONFIG_CORES=y did not stick (is: absent) [config-not-kept]\n"
                     "    1 | CONFIG_CORES=y\n"
                     "      | ^~~~~~~~~~~~~~\n"
                     "  help: there is no symbol CORES; did you mean 'CORE'?\n"
                     "kernel/fragments/base:1:1: error: CONFIG_NET=y did not stick (is: absent) [config-not-kept]\n"
                     "    1 | CONFIG_NET=y\n"
                     "      | ^~~~~~~~~~~~\n"
                     "  help: NET (Kconfig:2) depends on CORE (=n)\n");
  EXPECT_TRUE(work.outputs.empty());
}

TEST_F(Configure, RefusesOddLinesBeforeItRunsAnything) {
  work.add_file("fragment/base", "CONFIG_CORE\n");
  work.add_file("fragment/more", "");
  EXPECT_THROW(configure_action().run(work), Failure);
  EXPECT_TRUE(work.runs.empty());
}

}  // namespace
}  // namespace kjx::kernel
