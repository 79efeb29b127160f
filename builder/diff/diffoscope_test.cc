#include "diff/diffoscope.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "base/file.h"

namespace kjx::diff {
namespace {

// A program of that name that says what it is asked.
class Diffoscope : public testing::Test {
 protected:
  void SetUp() override { ::setenv("PATH", (folder.path().string() + ":" + path).c_str(), 1); }
  void TearDown() override { ::setenv("PATH", path.c_str(), 1); }
  void install(const std::string& script) { write_file(folder.path() / "diffoscope", "#!/bin/sh\n" + script, 0755); }
  std::vector<std::string> ask(const std::string& name) {
    return ask_diffoscope(name, inspect::Content::of_bytes("one"), inspect::Content::of_bytes("two"), scratch);
  }

  TemporaryFolder folder{testing::TempDir(), "diffoscope"};
  inspect::Scratch scratch{folder.path()};
  std::string path = std::getenv("PATH");
};

TEST_F(Diffoscope, SaysWhatTheBytesMean) {
  install("for last; do :; done; echo '--- a'; echo '+++ b'; echo '├── dump'; echo ${last##*/} $(cat $last)");
  EXPECT_THAT(ask("x/list.db"), testing::ElementsAre("├── dump", "file.db two"));
}

TEST_F(Diffoscope, HasNoMoreThanBytes) {
  install("echo '--- a'; echo '+++ b'; echo '@@ -1 +1 @@'; echo '-00000000: 61'");
  EXPECT_THAT(ask("x"), testing::IsEmpty());
}

TEST_F(Diffoscope, IsBrief) {
  install("echo '├── dump'; seq 100");
  const auto lines = ask("x");
  EXPECT_EQ(lines.size(), 16u);
  EXPECT_EQ(lines.back(), "...");
}

}  // namespace
}  // namespace kjx::diff
