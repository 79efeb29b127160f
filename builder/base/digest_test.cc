#include "base/digest.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"

namespace kjx {
namespace {

// Published examples of FIPS 180: the empty message and "abc".
constexpr auto of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr auto of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(digest_of("").hex(), of_nothing);
  EXPECT_EQ(digest_of("abc").hex(), of_abc);
}

TEST(Digest, PiecesGiveTheSameAsTheWhole) {
  Sha256 sha;
  sha.update("a");
  sha.update("");
  Sha256 moved = std::move(sha);
  moved.update("bc");
  EXPECT_EQ(moved.finish().hex(), of_abc);
}

TEST(Digest, OfAFileLargerThanTheBuffer) {
  const TemporaryFolder folder(testing::TempDir(), "digest");
  const std::string bytes(1'000'003, 'x');
  write_file(folder.path() / "big", bytes);
  EXPECT_EQ(digest_of_file(folder.path() / "big"), digest_of(bytes));
  EXPECT_THROW(static_cast<void>(digest_of_file(folder.path() / "absent")), IoError);
}

TEST(Digest, Parse) {
  const std::string text = of_abc;
  EXPECT_EQ(Digest::parse(text), digest_of("abc"));
  EXPECT_FALSE(Digest::parse(text.substr(1)));
  EXPECT_FALSE(Digest::parse(text + "0"));
  EXPECT_FALSE(Digest::parse("g" + text.substr(1)));
}

}  // namespace
}  // namespace kjx
