#include "style/build.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "work/fake_work.h"

namespace kjx::style {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class Begin : public testing::Test {
 protected:
  Begin() {
    work.said = {{"package", "thing"},
                 {"version", "1.0"},
                 {"options", {{"in-tree", false}, {"jobs", true}}},
                 {"target", {{"triple", "x86_64-linux-musl"}}},
                 {"source_strip", 1}};
    work.unpacked = folder.path() / "unpacked";
    write_file(work.unpacked / "src/main.c", "int main;", 0444);
    work.given.emplace_back("source", digest_of("archive"));
  }
  store::Manifest tree(const std::string& path, const std::string& bytes) {
    store::Manifest manifest;
    store::Entry entry;
    entry.path = path;
    entry.mode = 0644;
    entry.digest = work.store().put(bytes);
    entry.size = bytes.size();
    manifest.add(entry);
    manifest.complete_parents();
    return manifest;
  }

  TemporaryFolder folder{testing::TempDir(), "build"};
  work::FakeWork work{folder.path()};
};

TEST_F(Begin, ShowsTheSourceReadOnly) {
  work.add_file("patch/0001-a.patch", "");
  const Build build = begin(work);
  EXPECT_EQ(build.source, "/kjx/src");
  ASSERT_NE(work.mounted("/kjx/src"), nullptr);
  EXPECT_FALSE(work.mounted("/kjx/src")->writable);
  EXPECT_TRUE(work.mounted("/kjx/build")->writable);
  EXPECT_TRUE(work.mounted("/kjx/out")->writable);
  EXPECT_EQ(work.mounted("/kjx/sysroot"), nullptr);
  EXPECT_THAT(work.patches_asked, ElementsAre("patch/0001-a.patch"));
}

TEST_F(Begin, CopiesTheSourceToBuildInIt) {
  work.said["options"]["in-tree"] = true;
  const Build build = begin(work);
  const fs::path copy = build.build_folder / "src/main.c";
  EXPECT_EQ(build.source, "/kjx/build");
  EXPECT_EQ(work.mounted("/kjx/src"), nullptr);
  EXPECT_EQ(read_file(copy), "int main;");
  EXPECT_NE(fs::status(copy).permissions() & fs::perms::owner_write, fs::perms::none);
  EXPECT_EQ(fs::last_write_time(copy), fs::last_write_time(build.build_folder / "src"));
}

TEST_F(Begin, TakesALocalFolderAsItIs) {
  work.given = {};
  work.add_tree("source-tree", tree("main.c", "mine"));
  work.add_file("patch/0001-a.patch", "");
  const Build build = begin(work);
  EXPECT_EQ(read_file(work.mounted("/kjx/src")->host / "main.c"), "mine");
  EXPECT_THAT(work.log_lines, ElementsAre("the source is a local folder: patches are not applied to it"));
}

TEST_F(Begin, MergesWhatItIsBuiltAgainst) {
  work.add_tree("sysroot.one", tree("include/a.h", "a"));
  work.add_tree("sysroot.two", tree("include/b.h", "b"));
  work.add_tree("tool.three", tree("bin/tool", "t"));
  const Build build = begin(work);
  EXPECT_EQ(read_file(work.mounted("/kjx/sysroot")->host / "include/a.h"), "a");
  EXPECT_EQ(read_file(work.mounted("/kjx/sysroot")->host / "include/b.h"), "b");
  EXPECT_EQ(read_file(work.mounted("/kjx/tools")->host / "bin/tool"), "t");
  EXPECT_THAT(build.environment.at("PATH"), testing::StartsWith("/kjx/tools/usr/sbin:/kjx/tools/usr/bin:"));
}

TEST_F(Begin, RefusesTwoOwnersInWhatItIsBuiltAgainst) {
  work.add_tree("sysroot.one", tree("include/a.h", "a"));
  work.add_tree("sysroot.two", tree("include/a.h", "b"));
  try {
    (void)begin(work);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics[0].kind, Kind::two_owners);
    EXPECT_STREQ(failure.what(),
                 "'thing' cannot be built: path /include/a.h has two owners among what it needs "
                 "(package 'one' and package 'two')");
  }
}

TEST_F(Begin, PutsFilesOfTheRecipeWhereTheyAreWanted) {
  work.add_file("recipe/localoptions.h", "#define X");
  work.said["options"]["place"] = {{"sub/localoptions.h", "localoptions.h"}};
  const Build build = begin(work);
  EXPECT_EQ(read_file(build.build_folder / "sub/localoptions.h"), "#define X");
  EXPECT_EQ(read_file(work.mounted("/kjx/recipe")->host / "localoptions.h"), "#define X");
}

TEST_F(Begin, RefusesToPutThemOutside) {
  work.add_file("recipe/x", "");
  for (const char* path : {"../x", "/etc/x", "a/../../x", ""}) {
    work.said["options"]["place"] = {{path, "x"}};
    EXPECT_THROW((void)begin(work), Failure) << path;
  }
}

TEST_F(Begin, SaysWhichFileIsNotBesideTheRecipe) {
  work.said["options"]["place"] = {{"x", "nosuch.h"}};
  try {
    (void)begin(work);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(), "there is no file 'nosuch.h' beside the recipe of 'thing'");
  }
}

TEST_F(Begin, GivesProgramsTheirEnvironment) {
  work.said["options"]["environment"] = {{"CFLAGS", "-Os"}};
  Build build = begin(work);
  run(build, {"true"});
  EXPECT_EQ(
      work.runs.at(0).environment,
      (std::map<std::string, std::string>{
          {"CFLAGS", "-Os"}, {"KJX_PACKAGE", "thing"}, {"KJX_VERSION", "1.0"}, {"KJX_TRIPLE", "x86_64-linux-musl"}}));
  EXPECT_FALSE(work.runs.at(0).uses_jobs);
}

TEST_F(Begin, LetsMakeShareTheJobsUnlessTold) {
  Build build = begin(work);
  make(build, {"all"});
  EXPECT_TRUE(work.runs.at(0).uses_jobs);
  work.said["options"]["jobs"] = false;
  Build one = begin(work);
  make(one, {"all"});
  EXPECT_FALSE(work.runs.at(1).uses_jobs);
}

TEST_F(Begin, CountsWhatIsCompiled) {
  work.on_run = [](const work::Run& run) {
    for (const char* line : {"  CC      a.o", "gcc -Os -c -o b.o b.c", "configure: hello", "gcc -c c.c"}) {
      run.on_line(line);
    }
    return work::Work::Outcome{};
  };
  Build build = begin(work);
  make(build, {});
  EXPECT_THAT(work.progress_lines, ElementsAre("1/0 a.o", "2/0 b.o", "3/0 c.c"));
}

}  // namespace
}  // namespace kjx::style
