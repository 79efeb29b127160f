// GPT: see image/disk.cc. An MBR has four entries of 16 bytes at byte 446: 0 "active" (0x80), 4 type, 8 first sector,
// 12 sectors; type 0xEE is the GPT's own. El Torito (1.0, 1995): the volume descriptor at block 17 points at a catalog
// of entries of 32 bytes: the first validates it and names the platform, the second is the default entry; a section
// header (0x90, or 0x91 for the last) names the platform of the entries behind it.
#include "inspect/disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "image/identifiers.h"

namespace kjx::inspect {
namespace {

constexpr std::uint64_t sector = 512;
constexpr std::uint64_t cd_block = 2048;

struct KnownType {
  std::string_view code;
  std::string_view name;
};

constexpr std::array gpt_types{KnownType{"C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "EFI system partition"},
                               KnownType{"21686148-6449-6E6F-744E-656564454649", "BIOS boot partition"},
                               KnownType{"0FC63DAF-8483-4772-8E79-3D69D8477DE4", "Linux file system"},
                               KnownType{"4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", "Linux root (x86-64)"},
                               KnownType{"0657FD6D-A4AB-43C4-84E5-0933C84B4F4F", "Linux swap"},
                               KnownType{"EBD0A0A2-B9E5-4433-87C0-68B6B72699C7", "basic data"},
                               KnownType{"E6D6D379-F507-44C2-A23C-238F2A3DF928", "Linux LVM"},
                               KnownType{"48465300-0000-11AA-AA11-00306543ECAC", "HFS+"}};
constexpr std::array mbr_types{KnownType{"0x00", "none"},     KnownType{"0x05", "extended"},
                               KnownType{"0x06", "FAT16"},    KnownType{"0x07", "NTFS or exFAT"},
                               KnownType{"0x0b", "FAT32"},    KnownType{"0x0c", "FAT32"},
                               KnownType{"0x0e", "FAT16"},    KnownType{"0x0f", "extended"},
                               KnownType{"0x17", "hidden"},   KnownType{"0x82", "Linux swap"},
                               KnownType{"0x83", "Linux"},    KnownType{"0x8e", "Linux LVM"},
                               KnownType{"0xcd", "ISO 9660"}, KnownType{"0xef", "EFI system partition"}};

template <typename Types>
std::string type_name(const Types& types, const std::string& code) {
  for (const auto& known : types) {
    if (known.code == code) return std::string(known.name);
  }
  return "type " + code;
}

std::string guid_at(Source& disk, std::uint64_t at) {
  const auto bytes = disk.bytes(at, 16);
  image::Guid guid;
  for (std::size_t i = 0; i < bytes.size(); ++i) guid.bytes.at(i) = static_cast<std::uint8_t>(bytes[i]);
  return guid.text();
}

// UTF-16, of which only ASCII is shown.
std::string name_at(Source& disk, std::uint64_t at) {
  std::string name;
  for (std::size_t i = 0; i < 36; ++i) {
    const auto unit = disk.number(at + 2 * i, 2);
    if (unit == 0) break;
    name += unit < 0x80 ? static_cast<char>(unit) : '?';
  }
  return name;
}

PartitionTable gpt(Source& disk) {
  PartitionTable table{"GPT", {}};
  const auto start = disk.number(sector + 72, 8) * sector;
  const auto count = std::min<std::uint64_t>(disk.number(sector + 80, 4), 1024);
  const auto length = disk.number(sector + 84, 4);
  for (std::uint64_t i = 0; i < count && length >= 128; ++i) {
    const auto at = start + i * length;
    const auto type = guid_at(disk, at);
    if (type == "00000000-0000-0000-0000-000000000000") continue;
    const auto first = disk.number(at + 32, 8);
    const auto last = disk.number(at + 40, 8);
    table.slices.push_back({.number = static_cast<int>(i + 1),
                            .first = first * sector,
                            .size = last < first ? 0 : (last - first + 1) * sector,
                            .type = type_name(gpt_types, type),
                            .name = name_at(disk, at + 56),
                            .id = guid_at(disk, at + 16),
                            .boots = (disk.number(at + 48, 8) & 4) != 0});
  }
  return table;
}

PartitionTable mbr(Source& disk) {
  PartitionTable table{"MBR", {}};
  for (int i = 0; i < 4; ++i) {
    const auto at = 446 + 16 * static_cast<std::uint64_t>(i);
    const auto sectors = disk.number(at + 12, 4);
    const auto type = disk.number(at + 4, 1);
    if (sectors == 0 || type == 0xee) continue;
    table.slices.push_back({.number = i + 1,
                            .first = disk.number(at + 8, 4) * sector,
                            .size = sectors * sector,
                            .type = type_name(mbr_types, fmt::format("0x{:02x}", type)),
                            .name = {},
                            .id = {},
                            .boots = disk.number(at, 1) == 0x80});
  }
  return table;
}

std::string platform_name(std::uint64_t id) {
  switch (id) {
    case 0:
      return "BIOS";
    case 1:
      return "PowerPC";
    case 2:
      return "Macintosh";
    case 0xef:
      return "UEFI";
    default:
      return fmt::format("platform 0x{:02x}", id);
  }
}

}  // namespace

std::vector<PartitionTable> partition_tables(Source& disk) {
  std::vector<PartitionTable> tables;
  if (disk.bytes(sector, 8) == "EFI PART") tables.push_back(gpt(disk));
  if (disk.number(510, 2) == 0xaa55) {
    if (auto table = mbr(disk); !table.slices.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

std::vector<ElTorito> el_torito(Source& iso) {
  const auto record = 17 * cd_block;
  if (iso.bytes(record, 30) != std::string("\0CD001\1EL TORITO SPECIFICATION", 30)) return {};
  const auto catalog = iso.number(record + 71, 4) * cd_block;
  auto platform = platform_name(iso.number(catalog + 1, 1));
  std::vector<ElTorito> entries;
  std::uint64_t left = 1;  // in this section
  bool last = false;
  for (auto at = catalog + 32; at < catalog + cd_block; at += 32) {
    if (left == 0) {
      const auto header = iso.number(at, 1);
      if (last || (header != 0x90 && header != 0x91)) break;
      last = header == 0x91;
      platform = platform_name(iso.number(at + 1, 1));
      left = iso.number(at + 2, 2);
      continue;
    }
    --left;
    entries.push_back({platform, iso.number(at, 1) == 0x88, (iso.number(at + 1, 1) & 15) != 0,
                       iso.number(at + 8, 4) * cd_block, iso.number(at + 6, 2) * sector});
  }
  return entries;
}

std::string iso_label(Source& iso) {
  auto label = iso.bytes(16 * cd_block + 40, 32);
  label.resize(label.find_last_not_of(' ') + 1);
  return label;
}

}  // namespace kjx::inspect
