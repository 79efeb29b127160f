#include "step/real_work.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "step/fixture.h"
#include "step/job_server.h"
#include "step/source_tree.h"

namespace kjx::step {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

class RealWorkTest : public Fixture {
 protected:
  void SetUp() override {
    if (find_program("bwrap") && !try_sandbox(find_program("bwrap"))) mode_ = SandboxMode::bubblewrap;
  }
  RealWork& work() {
    if (!work_) {
      work_ = std::make_unique<RealWork>(action_, inputs_, folder_.path() / "store/tmp/work", log_,
                                         Surroundings{store_, nullptr, mode_, 2});
    }
    return *work_;
  }
  work::Run shell(std::string script) {
    work::Run run;
    run.argv = {"sh", "-c", std::move(script)};
    return run;
  }
  // What the body's Failure says.
  template <typename Body>
  Diagnostic failure(Body body) {
    try {
      body();
    } catch (const Failure& failed) {
      return failed.diagnostics.front();
    }
    ADD_FAILURE() << "no failure";
    return {};
  }

  SandboxMode mode_ = SandboxMode::off;
  graph::Action action_ = action("busybox", "test", {}, {"tree", "file"});
  InputDigests inputs_ = {{"source", digest_of("s")}, {"sysroot.0", digest_of("0")}, {"sysroot.1", digest_of("1")}};
  Log log_{folder_.path() / "log"};
  std::unique_ptr<RealWork> work_;
};

TEST_F(RealWorkTest, InputsBySlot) {
  EXPECT_TRUE(work().has_input("source"));
  EXPECT_FALSE(work().has_input("sauce"));
  EXPECT_EQ(work().input("source"), digest_of("s"));
  EXPECT_THAT(work().inputs("sysroot."),
              ElementsAre(Pair("sysroot.0", digest_of("0")), Pair("sysroot.1", digest_of("1"))));
  EXPECT_EQ(failure([&] { (void)work().input("sauce"); }).message,
            "action 'busybox' asks for the input 'sauce', which it does not have");
}

TEST_F(RealWorkTest, EpochAndPlaces) {
  EXPECT_EQ(work().epoch(), work::source_mtime);
  action_.description["epoch"] = 42;
  action_.locations["version"] = line(2);
  EXPECT_EQ(work().epoch(), 42);
  EXPECT_EQ(work().where("version").line, 2);
  EXPECT_EQ(work().where("else").line, 1);
}

TEST_F(RealWorkTest, FilesAreThoseThePlanSaw) {
  add_file(action_, "files/run", "run", "#!/bin/sh\n");
  EXPECT_EQ(work().file("files/run"), "#!/bin/sh\n");
  ASSERT_EQ(work().files("files/").size(), 1u);
  const auto path = work().files("files/").front().path;
  EXPECT_EQ(path.filename(), "run");
  write_file(action_.files[0].path, "changed");
  EXPECT_EQ(read_file(path), "#!/bin/sh\n");
  const Diagnostic diagnostic = failure([&] { (void)work().file("files/run"); });
  EXPECT_EQ(diagnostic.kind, Kind::input_changed);
  EXPECT_EQ(diagnostic.message, "'" + action_.files[0].path.string() + "' changed while busybox 1.0 was being built");
  EXPECT_EQ(diagnostic.help, "run the build again");
}

TEST_F(RealWorkTest, WhoLooksAlwaysSeesTheAuthorsOwn) {
  add_file(action_, "local", "folder/x", "1");
  action_.files[0].path = action_.files[0].path.parent_path();
  action_.files[0].digest = {};
  action_.always = true;
  EXPECT_EQ(work().files("local").front().path, action_.files[0].path);
}

TEST_F(RealWorkTest, ProgramsSeeMountsAndTheLogSeesThem) {
  work().mount({work().folder("out"), "/kjx/out", true});
  std::string lines;
  work::Run run = shell("echo made > /kjx/out/file; echo one; echo two >&2");
  if (mode_ == SandboxMode::off)
    run.argv[2] = "echo made > " + work().folder("out").string() + "/file; echo one; echo two >&2";
  run.on_line = [&](std::string_view line) { lines += std::string(line) + ";"; };
  work().run(run);
  EXPECT_EQ(read_file(work().folder("out") / "file"), "made\n");
  EXPECT_EQ(lines, "one;two;");
  EXPECT_THAT(read_file(log_.path()), HasSubstr("one\ntwo\n"));
  EXPECT_THAT(read_file(log_.path()), StartsWith("$ sh -c"));
}

TEST_F(RealWorkTest, AFailingProgramIsNamedWithTheLastItSaid) {
  const Diagnostic diagnostic = failure([&] { work().run(shell("echo 'gcc: no such file'; exit 3")); });
  EXPECT_EQ(diagnostic.kind, Kind::program_failed);
  EXPECT_EQ(diagnostic.message, "busybox 1.0 could not be built: 'sh' ended with exit code 3");
  EXPECT_EQ(diagnostic.where.text(), "recipe.yaml:1:1");
  EXPECT_EQ(diagnostic.help,
            "the last it said:\n  | $ sh -c 'echo '\\''gcc: no such file'\\''; exit 3'\n  | gcc: no such file");
}

TEST_F(RealWorkTest, ATriedProgramMayFail) {
  const auto outcome = work().try_run(shell("echo said; exit 4"));
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.output, "said\n");
}

TEST_F(RealWorkTest, MakeGetsItsJobs) {
  work::Run run = shell("echo \"<$MAKEFLAGS>\"");
  EXPECT_EQ(work().try_run(run).output, "<>\n");
  run.uses_jobs = true;
  EXPECT_EQ(work().try_run(run).output, "<-j2>\n");
}

TEST_F(RealWorkTest, MakeGetsTheServersJobsThroughTheSandbox) {
  if (!find_program("make")) GTEST_SKIP() << "make is not installed";
  const JobServer server(3, nullptr);
  const auto client = JobClient::connect(server.address());
  RealWork with_jobs(action_, {}, folder_.path() / "store/tmp/work2", log_, {store_, client.get(), mode_, 1});
  work::Run run;
  run.argv = {"make", "-s", "-f", "-"};
  run.input = "all: a b c\n%:\n\t@echo +; sleep 0.3; echo -\n";
  run.uses_jobs = true;
  const auto outcome = with_jobs.try_run(run);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.output, StartsWith("+\n+\n"));  // two at once, and no warning about the job server
}

TEST_F(RealWorkTest, OutputsAreThoseDeclared) {
  store::Manifest tree;
  tree.add({"etc", store::Entry::Type::directory, 0755});
  work().output("tree", tree);
  EXPECT_EQ(failure([&] { (void)work().result(); }).message, "action 'busybox' has not made its output 'file'");
  work().output("file", store_.put("bytes"));
  EXPECT_THAT(work().result().trees, ElementsAre("tree"));
  EXPECT_EQ(failure([&] { work().output("other", digest_of("")); }).message,
            "action 'busybox' gives an output 'other' that it has not declared");
}

// --- source trees ---

class RealSource : public RealWorkTest {
 protected:
  void SetUp() override {
    RealWorkTest::SetUp();
    for (const char* const program : {"tar", "patch"}) {
      if (!find_program(program)) GTEST_SKIP() << program << " is not installed";
    }
    const auto source = folder_.path() / "x-1.0";
    write_file(source / "hello.c", "one\ntwo\nthree\n");
    write_file(source / "configure", "#!/bin/sh\n", 0755);
    const auto archive = folder_.path() / "x.tar.gz";
    Command tar;
    tar.argv = {"tar", "-C", folder_.path(), "-czf", archive, "x-1.0"};
    ASSERT_TRUE(capture(tar).exit.ok());
    archive_ = store_.put_file(archive);
    add_file(action_, "patch/2", "0002-two.patch", patch("ONE", "two", "TWO"));
    add_file(action_, "patch/1", "0001-one.patch", patch("one", "", "ONE"));
    action_.locations["patch/2"] = line(3);
  }

  // Changes a line of hello.c: the first (second empty), or the second after `first`.
  static std::string patch(const std::string& first, const std::string& second, const std::string& to) {
    const std::string head = "--- a/hello.c\n+++ b/hello.c\n";
    if (second.empty()) return head + "@@ -1,2 +1,2 @@\n-" + first + "\n+" + to + "\n two\n";
    return head + "@@ -1,3 +1,3 @@\n " + first + "\n-" + second + "\n+" + to + "\n three\n";
  }
  std::filesystem::path tree(const std::vector<std::string>& patches = {"patch/2", "patch/1"}) {
    return work().source_tree(archive_, 1, patches);
  }
  static mode_t mode_of(const std::filesystem::path& path) {
    struct stat look {};
    EXPECT_EQ(::lstat(path.c_str(), &look), 0);
    EXPECT_EQ(look.st_mtime, work::source_mtime) << path;
    return look.st_mode & 0777;
  }
  Digest archive_;
};

TEST_F(RealSource, IsUnpackedPatchedAndReadOnly) {
  const auto made = tree();
  EXPECT_EQ(read_file(made / "hello.c"), "ONE\nTWO\nthree\n");
  EXPECT_EQ(mode_of(made / "hello.c"), 0644u);
  EXPECT_EQ(mode_of(made / "configure"), 0755u);
  EXPECT_EQ(mode_of(made), 0755u);
  EXPECT_FALSE(std::filesystem::exists(made / "hello.c.orig"));
}

TEST_F(RealSource, IsMadeOnce) {
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::stat(tree().c_str(), &before), 0);
  ASSERT_EQ(::stat(tree().c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_NE(tree(), tree({"patch/1"}));
  EXPECT_EQ(tree(), tree({"patch/1", "patch/2"}));  // by file name, whatever the order given
}

TEST_F(RealSource, ChangedByHandIsMadeAgain) {
  const auto file = tree() / "hello.c";
  ::chmod(file.c_str(), 0644);
  std::ofstream(file) << "ONE\nTWO\nTHREE\n";
  EXPECT_EQ(read_file(tree() / "hello.c"), "ONE\nTWO\nthree\n");
}

TEST_F(RealSource, WithoutItsStampIsMadeAgain) {
  const auto made = tree();
  std::filesystem::remove(made.string() + ".stamp");
  ::chmod(made.c_str(), 0755);
  write_file(made / "stray", "");
  EXPECT_FALSE(std::filesystem::exists(tree() / "stray"));
}

TEST_F(RealSource, APatchThatDoesNotFitIsNamed) {
  const Diagnostic diagnostic = failure([&] { (void)tree({"patch/2"}); });
  EXPECT_EQ(diagnostic.kind, Kind::patch_failed);
  EXPECT_EQ(diagnostic.message,
            "patch '0002-two.patch' does not apply to busybox 1.0: hunk #1 (line 1) of 'hello.c' does not fit");
  EXPECT_EQ(diagnostic.where.line, 3);
  EXPECT_TRUE(std::filesystem::is_empty(store_.unpacked()));
}

TEST_F(RealSource, APatchForNothingIsNamedToo) {
  add_file(action_, "patch/3", "0003-no.patch", "--- a/none.c\n+++ b/none.c\n@@ -1 +1 @@\n-a\n+b\n");
  const Diagnostic diagnostic = failure([&] { (void)tree({"patch/3"}); });
  EXPECT_THAT(diagnostic.message, StartsWith("patch '0003-no.patch' does not apply to busybox 1.0: "));
}

TEST_F(RealSource, AMissingArchiveIsAMissingBlob) {
  std::filesystem::remove(store_.path_of(archive_));
  EXPECT_THROW((void)tree(), store::Missing);
}

}  // namespace
}  // namespace kjx::step
