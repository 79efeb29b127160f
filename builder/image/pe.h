// Programs in the form that UEFI runs (Microsoft's "PE Format"; UEFI specification 2.10, section 2.1.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::image {

struct PeSection {
  std::string name;          // up to 8 letters, ".linux"
  std::uint64_t at = 0;      // in the file
  std::uint64_t size = 0;    // of its content
  std::uint64_t memory = 0;  // where it is loaded, from the program's start
};

// The sections of a program; nothing when the bytes are none, or its header leaves them.
[[nodiscard]] std::optional<std::vector<PeSection>> pe_sections(std::string_view program);

struct NewSection {
  std::string name;
  std::string content;
  std::uint64_t alignment = 1;  // of its place in the file, beside the program's own
};
// The program with more sections of read-only data, each loaded behind what there was. Its checksum, which UEFI does
// not look at, becomes 0. Throws std::runtime_error when the bytes are no program or its header has no room for them.
[[nodiscard]] std::string with_sections(std::string program, const std::vector<NewSection>& sections);

}  // namespace kjx::image
