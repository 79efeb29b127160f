#include "kernel/build_progress.h"

#include <gmock/gmock.h>

namespace kjx::kernel {
namespace {

using ::testing::ElementsAre;

std::uint64_t expected(const std::map<std::string, std::string>& files, const kconfig::Config& config) {
  return expected_objects(
      [&](const std::string& path) -> std::optional<std::string> {
        const auto found = files.find(path);
        return found == files.end() ? std::nullopt : std::optional(found->second);
      },
      [&](const std::string& path) { return files.count(path) != 0; }, config, "x86");
}

TEST(CompiledObject, IsReadFromMakesLines) {
  EXPECT_EQ(compiled_object("  CC      fs/open.o"), "fs/open.o");
  EXPECT_EQ(compiled_object("  CC [M]  fs/squashfs/inode.o"), "fs/squashfs/inode.o");
  EXPECT_EQ(compiled_object("  AS      arch/x86/entry/entry.o"), "arch/x86/entry/entry.o");
  EXPECT_FALSE(compiled_object("  LD      vmlinux.o"));
  EXPECT_FALSE(compiled_object("  CC      scripts/mod/devicetable-offsets.s"));
  EXPECT_FALSE(compiled_object("make[1]: Entering directory '/kjx/build'"));
  EXPECT_FALSE(compiled_object(""));
}

TEST(ExpectedObjects, FollowsConditionsFoldersAndComposites) {
  const std::map<std::string, std::string> files = {
      {"fs/Makefile",
       "obj-y := open.o \\\n\tread.o   # and more\nobj-$(CONFIG_EXT)\t+= ext/\nobj-$(CONFIG_NONE) += none.o\n"
       "mmu-y := no.o\nmmu-$(CONFIG_MMU) := yes.o\nobj-y += $(mmu-y)\n"},
      {"fs/open.c", ""},
      {"fs/read.S", ""},
      {"fs/none.c", ""},
      {"fs/no.c", ""},
      {"fs/yes.c", ""},
      {"fs/ext/Makefile", "obj-$(CONFIG_EXT) += ext.o\next-y := super.o\next-$(CONFIG_ACL) += acl.o\n"},
      {"fs/ext/super.c", ""},
      {"fs/ext/acl.c", ""},
  };
  EXPECT_EQ(expected(files, {}), 3u);                                          // open, read, no
  EXPECT_EQ(expected(files, {{"MMU", "y"}, {"EXT", "y"}}), 4u);                // open, read, yes, super
  EXPECT_EQ(expected(files, {{"MMU", "y"}, {"EXT", "m"}, {"ACL", "y"}}), 6u);  // and acl, ext.mod
  EXPECT_EQ(expected({}, {}), 0u);
}

TEST(ExpectedObjects, EndsWhenFoldersAndListsNameEachOther) {
  EXPECT_EQ(expected({{"fs/Makefile", "obj-y := ./ $(a-y) a.o\na-y := $(a-y) a.o b.o\n"}, {"fs/b.c", ""}}, {}), 1u);
}

TEST(BuildProgress, CountsAndNeverExceedsItsTotal) {
  std::vector<std::string> told;
  BuildProgress progress(1, [&](auto done, auto total, auto what) {
    told.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + std::string(what));
  });
  progress.line("  CC      a.o");
  progress.line("  AR      built-in.a");
  progress.line("  AS      b.o");
  EXPECT_THAT(told, ElementsAre("1/1 a.o", "2/2 b.o"));
}

}  // namespace
}  // namespace kjx::kernel
