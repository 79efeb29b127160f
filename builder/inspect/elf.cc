#include "inspect/elf.h"

#include "inspect/openers.h"

namespace kjx::inspect {
namespace {

// Where the fields are that the two classes place differently.
struct ElfLayout {
  std::size_t word;  // bytes of an address
  std::size_t table, entry_size, entries, names;
  std::size_t section_flags, section_address, section_at, section_size;
};
constexpr ElfLayout elf32{4, 32, 46, 48, 50, 8, 12, 16, 20};
constexpr ElfLayout elf64{8, 40, 58, 60, 62, 8, 16, 24, 32};
constexpr std::uint32_t no_bits = 8;

std::string text_at(std::string_view table, std::size_t at) {
  if (at >= table.size()) return {};
  return std::string(table.substr(at, table.find('\0', at) - at));
}

std::optional<std::string_view> within(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return {};
  return bytes.substr(at, size);
}

std::optional<ElfSection> section_at(std::string_view file, std::string_view header, const ElfLayout& layout) {
  ElfSection section;
  section.type = static_cast<std::uint32_t>(little(header, 4, 4));
  section.flags = little(header, layout.section_flags, layout.word);
  section.address = little(header, layout.section_address, layout.word);
  if (section.type == no_bits || section.type == 0) return section;
  const auto bytes =
      within(file, little(header, layout.section_at, layout.word), little(header, layout.section_size, layout.word));
  if (!bytes) return {};
  section.bytes = *bytes;
  return section;
}

// A note is: le32 length of the name, of the content, type (3: build id); "GNU\0"; the content.
std::string build_id_in(const Elf& elf) {
  for (const auto& section : elf.sections) {
    if (section.name != ".note.gnu.build-id" || section.bytes.size() < 16) continue;
    return hex_at(section.bytes, 16, static_cast<std::size_t>(little(section.bytes, 4, 4)));
  }
  return {};
}

}  // namespace

std::optional<Elf> read_elf(std::string_view bytes) {
  if (!bytes.starts_with("\177ELF") || bytes.size() < 64 || bytes[5] != 1) return {};
  const auto& layout = bytes[4] == 1 ? elf32 : elf64;
  Elf elf{.type = static_cast<std::uint16_t>(little(bytes, 16, 2)),
          .machine = static_cast<std::uint16_t>(little(bytes, 18, 2)),
          .entry = little(bytes, 24, layout.word),
          .sections = {},
          .build_id = {}};
  const auto table = little(bytes, layout.table, layout.word);
  const auto entry_size = little(bytes, layout.entry_size, 2);
  std::vector<std::uint32_t> names;
  for (std::uint64_t i = 0; i < little(bytes, layout.entries, 2); ++i) {
    const auto header = within(bytes, table + i * entry_size, entry_size);
    auto section = header ? section_at(bytes, *header, layout) : std::nullopt;
    if (!section) return {};
    names.push_back(static_cast<std::uint32_t>(little(*header, 0, 4)));
    elf.sections.push_back(std::move(*section));
  }
  const auto name_table = little(bytes, layout.names, 2);
  if (name_table >= elf.sections.size()) return elf;
  for (std::size_t i = 0; i < elf.sections.size(); ++i) {
    elf.sections[i].name = text_at(elf.sections[name_table].bytes, names[i]);
  }
  elf.build_id = build_id_in(elf);
  return elf;
}

}  // namespace kjx::inspect
