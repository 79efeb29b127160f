// Partition tables and El Torito catalogs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inspect/source.h"

namespace kjx::inspect {

struct Slice {
  int number = 0;
  std::uint64_t first = 0;  // byte
  std::uint64_t size = 0;
  std::string type;  // "EFI system partition", or the number or GUID as it stands
  std::string name;
  std::string id;  // GUID of the partition
  bool boots = false;
};

struct PartitionTable {
  std::string kind;  // "GPT", "MBR"
  std::vector<Slice> slices;
};

// Both tables of a hybrid image. Sectors of 512 bytes; logical partitions in extended ones are not followed.
[[nodiscard]] std::vector<PartitionTable> partition_tables(Source& disk);

struct ElTorito {
  std::string platform;  // "BIOS", "UEFI", ...
  bool boots = false;
  bool emulates = false;  // a floppy or a disk
  std::uint64_t at = 0;   // bytes
  std::uint64_t size = 0;
};

// Boot entries of an ISO 9660 image.
[[nodiscard]] std::vector<ElTorito> el_torito(Source& iso);

// The volume's label.
[[nodiscard]] std::string iso_label(Source& iso);

}  // namespace kjx::inspect
