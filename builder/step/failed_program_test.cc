#include "step/failed_program.h"

#include <gmock/gmock.h>

#include "base/file.h"

namespace kjx::step {
namespace {

TEST(FailedProgram, IsFoundInAFolderThatWasMoved) {
  const TemporaryFolder room(testing::TempDir(), "failed");
  const auto first = room.path() / "tmp";
  FailedProgram failed;
  failed.run.argv = {"sh", "-c", "exit 1"};
  failed.run.environment = {{"A", "b=c"}};
  failed.run.directory = "/kjx/build/sub";
  failed.run.uses_jobs = true;
  failed.mounts = {{first / "work/build", "/kjx/build", true}, {"/store/unpacked/x", "/kjx/src", false}};
  failed.tools = digest_of("tools");
  write_failed_program(first, failed);
  const auto kept = room.path() / "kept";
  std::filesystem::rename(first, kept);

  const auto read = read_failed_program(kept);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->run.argv, failed.run.argv);
  EXPECT_EQ(read->run.environment, failed.run.environment);
  EXPECT_EQ(read->run.directory, "/kjx/build/sub");
  EXPECT_TRUE(read->run.uses_jobs);
  ASSERT_EQ(read->mounts.size(), 2u);
  EXPECT_EQ(read->mounts[0].host, kept / "work/build");
  EXPECT_TRUE(read->mounts[0].writable);
  EXPECT_EQ(read->mounts[1].host, "/store/unpacked/x");
  EXPECT_FALSE(read->mounts[1].writable);
  EXPECT_EQ(read->tools, failed.tools);
}

TEST(FailedProgram, OneThatCannotBeReadIsNone) {
  const TemporaryFolder room(testing::TempDir(), "failed");
  EXPECT_FALSE(read_failed_program(room.path()));
  write_file(room.path() / "program.json", "{\"argv\": 3}");
  EXPECT_FALSE(read_failed_program(room.path()));
}

}  // namespace
}  // namespace kjx::step
