#include "step/trace.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

namespace kjx::step {
namespace {

using testing::ElementsAre;

class Trace : public testing::Test {
 protected:
  // What `script` looked for in vain, at or behind its `execs`-th exec.
  std::string lookups(const std::string& script, int execs = 1) {
    const pid_t program = ::fork();
    if (program == 0) {
      ask_to_be_followed();
      ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
      ::_exit(126);
    }
    status_ = follow(program, execs, file_);
    return read_file(file_);
  }

  TemporaryFolder folder_{testing::TempDir(), "trace"};
  std::filesystem::path file_ = folder_.path() / "trace";
  int status_ = 0;
};

TEST_F(Trace, LookupsOfAllProcessesAreNoted) {
  const std::string said =
      lookups("test -e /no/such/one; (cat /no/such/two 2>/dev/null; cat no-such-three 2>/dev/null); exit 7");
  EXPECT_THAT(said, testing::HasSubstr("/no/such/one\n"));
  EXPECT_THAT(said, testing::HasSubstr("/no/such/two\n"));
  EXPECT_THAT(said, testing::Not(testing::HasSubstr("three")));
  EXPECT_EQ(WEXITSTATUS(status_), 7);
}

TEST_F(Trace, WhatOnlyLeadsToTheProgramIsNot) {
  const std::string said = lookups("test -e /no/such/one; exec sh -c 'test -e /no/such/two; kill -TERM $$'", 2);
  EXPECT_THAT(said, testing::Not(testing::HasSubstr("/no/such/one")));
  EXPECT_THAT(said, testing::HasSubstr("/no/such/two\n"));
  EXPECT_EQ(WTERMSIG(status_), SIGTERM);
}

TEST_F(Trace, OfThesePathsThoseThatAreThereAreTold) {
  const auto one = folder_.path() / "one";
  const auto two = folder_.path() / "two";
  for (const auto& path : {one, two}) write_file(path, "");
  write_file(file_, one.string() + "\n/no/such/file\n" + two.string() + "\n/etc/nsswitch.conf\n" + one.string() +
                        "\n/proc/self\n/dev/null\n");
  EXPECT_THAT(undeclared_paths(file_), ElementsAre(one.string(), two.string()));
  EXPECT_THAT(undeclared_paths(folder_.path() / "none"), ElementsAre());
}

}  // namespace
}  // namespace kjx::step
