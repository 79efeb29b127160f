// Where the partitions of a disk lie: the sizes that its recipe asks for, held against what has to go in.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace kjx::image {

// Partitions are laid out in whole MiB, as every hypervisor and flash page likes it. In bytes.
inline constexpr std::uint64_t disk_unit = std::uint64_t{1} << 20;

struct WantedPartition {
  std::uint64_t asked = 0;   // bytes; 0: as much as is needed
  std::uint64_t needed = 0;  // bytes
};

struct Place {
  std::uint64_t first = 0;  // sector
  std::uint64_t sectors = 0;
};

struct Layout {
  std::uint64_t sectors = 0;  // of the whole disk
  std::vector<Place> partitions;

  // What does not fit, and by how many bytes; then the rest is of no use.
  struct Shortage {
    std::optional<std::size_t> partition;  // nothing: the disk
    std::uint64_t has = 0;
    std::uint64_t needs = 0;
  };
  std::vector<Shortage> shortages;
};

// `disk`: bytes of the whole disk; 0: as many as its partitions take. A last partition that asks for nothing gets all
// that is left of the disk.
[[nodiscard]] Layout lay_out(const std::vector<WantedPartition>& wanted, std::uint64_t disk);

}  // namespace kjx::image
