#include "provenance/sha1.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"

namespace kjx::provenance {
namespace {

TEST(Sha1, IsWhatTheStandardSays) {  // FIPS 180-4's example
  EXPECT_EQ(sha1_of("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha1_of(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST(Sha1, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder(testing::TempDir(), "sha1");
  const std::string bytes((3u << 20) + 7, 'x');
  write_file(folder.path() / "f", bytes);
  EXPECT_EQ(sha1_of_file(folder.path() / "f"), sha1_of(bytes));
  EXPECT_THROW((void)sha1_of_file(folder.path() / "absent"), IoError);
}

}  // namespace
}  // namespace kjx::provenance
