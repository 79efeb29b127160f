#include "image/pe.h"

#include <gtest/gtest.h>

namespace kjx::image {
namespace {

// A header of 1024 bytes with room for sections, and nothing else that matters.
std::string smallest_program() {
  std::string program(1024, '\0');
  const auto set = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) program.at(at + i) = static_cast<char>(value >> (8 * i) & 0xff);
  };
  program.replace(0, 2, "MZ");
  set(60, 128);
  program.replace(128, 2, "PE");
  set(128 + 20, 240);
  set(152, 0x20b);
  set(152 + 32, 512);
  set(152 + 36, 512);
  set(152 + 56, 5000);
  set(152 + 60, 1024);
  set(152 + 64, 0x1234);
  return program;
}

TEST(Pe, SectionsAddedAreFound) {
  const auto program = with_sections(smallest_program(), {{".cmdline", "quiet"}, {".linux", std::string(5000, 'k')}});
  const auto sections = pe_sections(program);
  ASSERT_TRUE(sections);
  ASSERT_EQ(sections->size(), 2u);
  EXPECT_EQ(sections->at(0).name, ".cmdline");
  EXPECT_EQ(program.substr(sections->at(0).at, sections->at(0).size), "quiet");
  EXPECT_EQ(program.substr(sections->at(1).at, sections->at(1).size), std::string(5000, 'k'));
}

TEST(Pe, SectionsDoNotOverlapInMemory) {
  const auto sections = *pe_sections(with_sections(smallest_program(), {{".a", std::string(4097, 'a')}, {".b", "b"}}));
  EXPECT_EQ(sections.at(0).memory, 8192u) << "behind the 5000 bytes that there were";
  EXPECT_EQ(sections.at(1).memory, 8192u + 8192u);
}

TEST(Pe, ASectionBeginsWhereItIsAskedTo) {
  const auto sections = *pe_sections(with_sections(smallest_program(), {{".a", "a"}, {".b", "b", 2048}, {".c", "c"}}));
  EXPECT_EQ(sections.at(0).at, 1024u);
  EXPECT_EQ(sections.at(1).at, 2048u);
  EXPECT_EQ(sections.at(2).at, 2048u + 512);
}

TEST(Pe, OtherBytesAreNoProgram) {
  EXPECT_FALSE(pe_sections(""));
  EXPECT_FALSE(pe_sections("MZ"));
  EXPECT_FALSE(pe_sections(std::string(2000, 'x')));
  auto cut = with_sections(smallest_program(), {{".a", std::string(4097, 'a')}});
  cut.resize(2000);
  EXPECT_FALSE(pe_sections(cut)) << "a section that leaves the file";
  EXPECT_THROW(with_sections("no program", {}), std::runtime_error);
}

TEST(Pe, AFullHeaderIsAnError) {
  const std::vector<NewSection> many(20, {".a", "a"});
  EXPECT_THROW(with_sections(smallest_program(), many), std::runtime_error);
}

}  // namespace
}  // namespace kjx::image
