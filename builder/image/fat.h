// FAT16 file systems for boot partitions, written by mtools.
//
// UEFI firmware reads FAT and nothing else, so whatever it starts lies in one of these. FAT16 is what every firmware,
// BIOS loader and system reads, and it is small: which FAT a volume is follows from its number of clusters alone
// (below 4085 it is FAT12, from 65525 on FAT32; Microsoft's FAT specification 1.03, "FAT Type Determination"), so the
// size of a cluster is chosen to land in between.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "work/work.h"

namespace kjx::image {

inline constexpr std::uint64_t sector_size = 512;  // bytes

// How a volume is divided, in sectors.
struct FatShape {
  std::uint32_t cluster = 1;
  std::uint32_t reserved = 1;  // before the first FAT
  std::uint32_t fat = 0;       // one FAT; there are two
  std::uint32_t root = 32;     // 512 entries
  std::uint32_t total = 0;

  [[nodiscard]] std::uint32_t data() const { return reserved + 2 * fat + root; }
};

// A volume of `total` sectors, or, if that is 0, of as many as hold `bytes` of files. Clusters 4 and on, where the
// first file lands behind two folders, begin at a multiple of 2048 bytes, so that a sector of a CD can begin there too.
// Nothing when FAT16 cannot be that large (2 GiB) or that small (2 MiB), or the bytes do not fit.
[[nodiscard]] std::optional<FatShape> fat_shape(std::uint64_t bytes, std::uint32_t total);

struct FatVolume {
  std::string label;  // cut to 11 letters
  std::uint32_t id = 0;
  std::uint32_t hidden = 0;          // sectors of the disk before this volume
  std::vector<std::string> folders;  // parents first
  struct File {
    std::string path;           // in the volume, "EFI/BOOT/BOOTX64.EFI"
    std::string from;           // inside the sandbox
    std::uint64_t size = 0;     // bytes; needed only before a file that says the next
    bool at_cd_sector = false;  // begins at a multiple of 2048 bytes
  };
  std::vector<File> files;  // stored in this order, one behind the other
};

// Writes `volume` to the new file `image` (a path inside the sandbox). All times in it are the work's epoch.
// Throws Failure when a program fails.
void make_fat(work::Work& work, const std::string& image, const FatShape& shape, const FatVolume& volume);

// Where the bytes of the file `path` stand in the volume `image` (a path of the host), if they are in one piece.
struct Extent {
  std::uint64_t offset = 0;  // bytes
  std::uint64_t size = 0;
};
[[nodiscard]] std::optional<Extent> find_in_fat(const std::filesystem::path& image, std::string_view path);

}  // namespace kjx::image
