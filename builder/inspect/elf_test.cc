#include "inspect/elf.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "inspect/parts.h"

namespace kjx::inspect {
namespace {

void put(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

// Three sections: none, the names, a build id.
std::string small_elf() {
  std::string bytes(64 + 20 + 3 * 64, '\0');
  bytes.replace(0, 7, std::string("\177ELF\2\1\1", 7));
  const std::string names("\0.names\0.note.gnu.build-id\0", 27);
  std::string note("\4\0\0\0\2\0\0\0\3\0\0\0GNU\0\xab\xcd", 18);
  bytes.replace(64, 18, note);
  const std::size_t at_names = bytes.size();
  bytes += names;
  put(bytes, 16, 2, 2);
  put(bytes, 18, 62, 2);
  put(bytes, 40, 84, 8);
  put(bytes, 58, 64, 2);
  put(bytes, 60, 3, 2);
  put(bytes, 62, 1, 2);
  const auto section = [&](std::size_t index, std::uint64_t name, std::uint64_t type, std::uint64_t at,
                           std::uint64_t size) {
    put(bytes, 84 + 64 * index, name, 4);
    put(bytes, 84 + 64 * index + 4, type, 4);
    put(bytes, 84 + 64 * index + 24, at, 8);
    put(bytes, 84 + 64 * index + 32, size, 8);
  };
  section(1, 1, 3, at_names, names.size());
  section(2, 8, 7, 64, note.size());
  return bytes;
}

TEST(ElfFile, HasItsSectionsByName) {
  const auto bytes = small_elf();
  const auto elf = read_elf(bytes);
  ASSERT_TRUE(elf);
  EXPECT_EQ(elf->machine, 62);
  ASSERT_EQ(elf->sections.size(), 3u);
  EXPECT_EQ(elf->sections[1].name, ".names");
  EXPECT_EQ(elf->sections[2].bytes.size(), 18u);
  EXPECT_EQ(elf->build_id, "abcd");
}

TEST(ElfFile, ThatPointsBehindItsEndIsNone) {
  auto bytes = small_elf();
  put(bytes, 84 + 64 * 2 + 24, 1 << 20, 8);
  EXPECT_FALSE(read_elf(bytes));
  put(bytes, 40, ~std::uint64_t{0}, 8);
  EXPECT_FALSE(read_elf(bytes));
  EXPECT_FALSE(read_elf("\177ELF"));
}

TEST(ElfFile, OpensIntoSections) {
  const TemporaryFolder folder(testing::TempDir(), "elf");
  Scratch scratch(folder.path());
  const auto parts = open(Content::of_bytes(small_elf()), scratch);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->kind, "ELF file");
  ASSERT_EQ(parts->parts.size(), 1u);
  EXPECT_EQ(parts->parts[0].name, ".names");
  EXPECT_EQ(parts->fields.back(), (Field{"build id", "abcd"}));
}

}  // namespace
}  // namespace kjx::inspect
