// Sections of ELF files (System V ABI, chapter 4; ELF-64 Object File Format, version 1.5), read without trust.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::inspect {

struct ElfSection {
  std::string name;
  std::uint32_t type = 0;
  std::uint64_t flags = 0;
  std::uint64_t address = 0;
  std::string_view bytes;  // of the file; empty for .bss and its like
};

struct Elf {
  std::uint16_t type = 0;     // e_type
  std::uint16_t machine = 0;  // e_machine
  std::uint64_t entry = 0;
  std::vector<ElfSection> sections;
  std::string build_id;  // hexadecimal; empty when there is none
};

// A little-endian file of 32 or 64 bits. Nothing for other bytes, or when the table of sections leaves them.
[[nodiscard]] std::optional<Elf> read_elf(std::string_view bytes);

}  // namespace kjx::inspect
