// A GPT disk has its table twice, at the front and at the end:
//
//   sector 0     "protective" MBR: a table of the old kind with one partition of type 0xEE over everything, so that
//   tools
//                which know nothing of GPT see a full disk. Its first 440 bytes may hold a program for BIOS.
//   1            header: where the rest is, and checksums of itself and of the entries
//   2 to 33      128 entries of 128 bytes
//   34 ...       partitions
//   n-33 to n-2  the entries again
//   n-1          a header again, with the two places exchanged
#include "image/disk.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "base/error.h"
#include "image/fat.h"

namespace kjx::image {
namespace {

constexpr std::size_t entry_size = 128;
constexpr std::size_t entry_count = 128;
constexpr std::uint64_t entries_sectors = entry_size * entry_count / sector_size;
constexpr std::uint32_t header_size = 92;

void put(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) bytes.at(at + i) = static_cast<char>(value >> (8 * i) & 0xff);
}

void put(std::string& bytes, std::size_t at, const Guid& guid) {
  std::copy(guid.bytes.begin(), guid.bytes.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string protective_mbr(const DiskLayout& layout) {
  std::string mbr = layout.boot_code;
  mbr.resize(sector_size, '\0');
  put(mbr, 446 + 1, 0x000200, 3);  // first sector as cylinder/head/sector: 0/0/2
  put(mbr, 446 + 4, 0xee, 1);
  put(mbr, 446 + 5, 0xffffff, 3);  // the last one is out of reach that way
  put(mbr, 446 + 8, 1, 4);
  put(mbr, 446 + 12, std::min<std::uint64_t>(layout.sectors - 1, 0xffffffff), 4);
  put(mbr, 510, 0xaa55, 2);
  return mbr;
}

std::string entries_of(const DiskLayout& layout) {
  std::string bytes(entry_size * entry_count, '\0');
  std::size_t at = 0;
  for (const Partition& partition : layout.partitions) {
    put(bytes, at, partition.type);
    put(bytes, at + 16, partition.id);
    put(bytes, at + 32, partition.first, 8);
    put(bytes, at + 40, partition.first + partition.sectors - 1, 8);
    put(bytes, at + 48, partition.attributes, 8);
    for (std::size_t i = 0; i < partition.name.size(); ++i)
      put(bytes, at + 56 + 2 * i, partition.name[i], 2);  // UTF-16
    at += entry_size;
  }
  return bytes;
}

std::string header_of(const DiskLayout& layout, std::string_view entries, bool second) {
  const std::uint64_t here = second ? layout.sectors - 1 : 1;
  std::string header(sector_size, '\0');
  header.replace(0, 8, "EFI PART");
  put(header, 8, 0x00010000, 4);  // revision 1.0
  put(header, 12, header_size, 4);
  put(header, 24, here, 8);
  put(header, 32, second ? 1 : layout.sectors - 1, 8);
  put(header, 40, 2 + entries_sectors, 8);            // first sector for partitions
  put(header, 48, layout.sectors - gpt_tail - 1, 8);  // last one
  put(header, 56, layout.id);
  put(header, 72, second ? here - entries_sectors : 2, 8);
  put(header, 80, entry_count, 4);
  put(header, 84, entry_size, 4);
  put(header, 88, crc32(entries), 4);
  put(header, 16, crc32(std::string_view(header).substr(0, header_size)), 4);  // over itself, with 0 in this place
  return header;
}

void write_at(std::ofstream& out, std::uint64_t sector, std::string_view bytes) {
  out.seekp(static_cast<std::streamoff>(sector * sector_size));
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Leaves holes for blocks of zeros: a boot partition is mostly empty.
void copy_content(std::ofstream& out, const Partition& partition) {
  if (partition.content.empty()) return;
  std::ifstream in(partition.content, std::ios::binary);
  if (!in) throw IoError("read", partition.content, "it cannot be opened");
  std::string block(std::size_t{64} * 1024, '\0');
  std::uint64_t sector = partition.first;
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
    const auto bytes = std::string_view(block).substr(0, static_cast<std::size_t>(in.gcount()));
    if (bytes.find_first_not_of('\0') != std::string_view::npos) write_at(out, sector, bytes);
    sector += (bytes.size() + sector_size - 1) / sector_size;
  }
}

}  // namespace

Guid efi_system_partition() { return Guid::parse("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"); }

Guid linux_file_system() { return Guid::parse("0FC63DAF-8483-4772-8E79-3D69D8477DE4"); }

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

void write_disk(const DiskLayout& layout, const std::filesystem::path& to) {
  const auto entries = entries_of(layout);
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  write_at(out, 0, protective_mbr(layout));
  write_at(out, 1, header_of(layout, entries, false));
  write_at(out, 2, entries);
  for (const Partition& partition : layout.partitions) copy_content(out, partition);
  write_at(out, layout.sectors - gpt_tail, entries);
  write_at(out, layout.sectors - 1, header_of(layout, entries, true));
  if (!out.flush()) throw IoError("write", to, "the file system refused");
}

}  // namespace kjx::image
