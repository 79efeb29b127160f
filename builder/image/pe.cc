// A PE file begins with a program for DOS, whose bytes 60 to 63 say where the real header is:
//
//   0    "PE\0\0"                                   24   optional header: 24 + 0 magic 0x20b, + 8 size of data,
//   6    number of sections (16 bits)                    + 32 alignment in memory, + 36 in the file,
//   20   size of the optional header (16 bits)           + 56 size in memory, + 60 size of all headers, + 64 checksum
//
// The table of sections follows the optional header, 40 bytes each: 0 name, 8 size in memory, 12 place in memory, 16
// size in the file, 20 place in the file, 36 flags. All sizes but the first are rounded up to the alignments.
#include "image/pe.h"

#include <algorithm>
#include <stdexcept>

namespace kjx::image {
namespace {

constexpr std::size_t section_header = 40;
constexpr std::uint32_t readable_data = 0x40000040;  // IMAGE_SCN_MEM_READ | IMAGE_SCN_CNT_INITIALIZED_DATA

std::uint64_t get_number(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = length; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
  return value;
}

void set_number(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) bytes.at(at + i) = static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint64_t rounded(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

struct PeHeader {
  std::size_t at = 0;        // "PE\0\0"
  std::size_t sections = 0;  // the table
  std::size_t count = 0;
};

std::optional<PeHeader> header_in(std::string_view program) {
  if (program.size() < 64 || !program.starts_with("MZ")) return {};
  PeHeader header{.at = get_number(program, 60, 4)};
  if (header.at + 24 > program.size() || program.substr(header.at, 4) != std::string_view("PE\0\0", 4)) return {};
  header.count = get_number(program, header.at + 6, 2);
  header.sections = header.at + 24 + get_number(program, header.at + 20, 2);
  if (header.sections + header.count * section_header > program.size()) return {};
  return header;
}

}  // namespace

std::optional<std::vector<PeSection>> pe_sections(std::string_view program) {
  const auto header = header_in(program);
  if (!header) return {};
  std::vector<PeSection> all;
  for (std::size_t i = 0; i < header->count; ++i) {
    const auto at = header->sections + i * section_header;
    const auto name = program.substr(at, 8);
    const auto in_memory = get_number(program, at + 8, 4);
    const auto in_file = get_number(program, at + 16, 4);
    PeSection section{.name = std::string(name.substr(0, name.find('\0'))),
                      .at = get_number(program, at + 20, 4),
                      .size = in_memory == 0 ? in_file : std::min(in_memory, in_file),
                      .memory = get_number(program, at + 12, 4)};
    if (section.at + section.size > program.size()) return {};
    all.push_back(std::move(section));
  }
  return all;
}

std::string with_sections(std::string program, const std::vector<NewSection>& sections) {
  const auto header = header_in(program);
  const auto optional = header ? header->at + 24 : 0;
  if (!header || optional + 68 > program.size() || get_number(program, optional, 2) != 0x20b) {
    throw std::runtime_error("it is no 64-bit program for UEFI");
  }
  const auto memory_unit = std::max<std::uint64_t>(get_number(program, optional + 32, 4), 4096);
  const auto file_unit = get_number(program, optional + 36, 4);
  auto entry = header->sections + header->count * section_header;
  if (entry + sections.size() * section_header > get_number(program, optional + 60, 4)) {
    throw std::runtime_error("its header has no room for further sections");
  }
  auto memory = rounded(get_number(program, optional + 56, 4), memory_unit);
  auto data = get_number(program, optional + 8, 4);
  for (const auto& [name, content, alignment] : sections) {
    const auto in_file = rounded(content.size(), file_unit);
    program.resize(rounded(program.size(), std::max(file_unit, alignment)), '\0');
    program.replace(entry, section_header, section_header, '\0');
    program.replace(entry, std::min<std::size_t>(name.size(), 8), name, 0, 8);
    set_number(program, entry + 8, content.size(), 4);
    set_number(program, entry + 12, memory, 4);
    set_number(program, entry + 16, in_file, 4);
    set_number(program, entry + 20, program.size(), 4);
    set_number(program, entry + 36, readable_data, 4);
    program += content;
    program.resize(rounded(program.size(), file_unit), '\0');
    memory += rounded(content.size(), memory_unit);
    data += in_file;
    entry += section_header;
  }
  set_number(program, header->at + 6, header->count + sections.size(), 2);
  set_number(program, optional + 8, data, 4);
  set_number(program, optional + 56, memory, 4);
  set_number(program, optional + 64, 0, 4);
  return program;
}

}  // namespace kjx::image
