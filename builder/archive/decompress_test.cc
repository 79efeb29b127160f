#include "archive/decompress.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/process.h"

namespace kjx::archive {
namespace {

const std::string text = std::string(100'000, 'k') + "jx";

std::string packed(std::vector<std::string> argv) {
  Command command{.argv = std::move(argv)};
  command.input = text;
  auto done = capture(std::move(command));
  EXPECT_TRUE(done.exit.ok()) << done.output;
  return done.output;
}

TEST(Decompress, ReadsWhatTheProgramsWrite) {
  for (const char* program : {"gzip", "bzip2", "xz", "zstd"}) {
    if (!find_program(program)) continue;
    EXPECT_EQ(decompress(packed({program, "-c"}), 1u << 20), text) << program;
  }
  // As the kernel's scripts/xz_wrap.sh does on x86.
  EXPECT_EQ(decompress(packed({"xz", "-c", "--check=crc32", "--x86", "--lzma2=dict=32MiB"}), 1u << 20), text);
}

TEST(Decompress, LeavesPlainBytesAlone) {
  EXPECT_EQ(decompress(text, 1u << 20), text);
  EXPECT_EQ(decompress("", 1), "");
}

TEST(Decompress, StopsAtItsLimit) {
  EXPECT_THROW((void)decompress(packed({"gzip", "-c"}), text.size() - 1), std::runtime_error);
  EXPECT_EQ(decompress(packed({"gzip", "-c"}), text.size()), text);
}

TEST(Decompress, RefusesDamage) {
  std::string bytes = packed({"xz", "-c"});
  bytes.resize(bytes.size() / 2);
  EXPECT_THROW((void)decompress(bytes, 1u << 20), std::runtime_error);
}

}  // namespace
}  // namespace kjx::archive
