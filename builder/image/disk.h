// Disks divided by a GUID partition table (UEFI specification 2.10, chapter 5), which all disk formats share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "image/identifiers.h"

namespace kjx::image {

// Where partitions are wont to begin: 1 MiB, a multiple of every flash page and RAID stripe. In sectors of 512 bytes.
inline constexpr std::uint64_t partition_start = 2048;
// Sectors at the end of a disk that belong to the second copy of the table: 32 of entries, 1 header.
inline constexpr std::uint64_t gpt_tail = 33;

struct Partition {
  Guid type;
  Guid id;
  std::string name;         // ASCII, up to 36 letters
  std::uint64_t first = 0;  // sector
  std::uint64_t sectors = 0;
  std::uint64_t attributes = 0;
  std::filesystem::path content;  // file of the host that fills it, at most as large as the partition; empty: nothing
};

// Table 5.7 and section 5.3.3 of the specification.
[[nodiscard]] Guid efi_system_partition();
[[nodiscard]] Guid linux_file_system();  // of the Discoverable Partitions Specification: what is in it says itself
inline constexpr std::uint64_t legacy_bios_bootable = 1u << 2;

struct DiskLayout {
  Guid id;
  std::uint64_t sectors = 0;
  std::string boot_code;              // up to 440 bytes that a BIOS starts; may be empty
  std::vector<Partition> partitions;  // up to 128
};

// Writes the whole disk to `to`, with holes where nothing is. Throws IoError.
void write_disk(const DiskLayout& layout, const std::filesystem::path& to);

// CRC-32 as section 5.3.2 asks for (polynomial 0x04C11DB7, reflected).
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);

}  // namespace kjx::image
