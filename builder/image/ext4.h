// Empty ext4 file systems for data partitions, written by mke2fs.
#pragma once

#include <cstdint>
#include <string>

#include "image/identifiers.h"
#include "work/work.h"

namespace kjx::image {

// Below this mke2fs makes no journal, and without one a power cut is not survived. In bytes.
inline constexpr std::uint64_t least_ext4 = std::uint64_t{8} << 20;
// Bytes of a label (struct ext4_super_block: s_volume_name).
inline constexpr std::size_t ext4_label = 16;

struct Ext4Volume {
  std::string label;
  Guid id;
  std::uint64_t bytes = 0;
};

// Makes the file system in the file `image` (a path inside the sandbox; it is made) of `volume.bytes`. The same volume
// gives the same bytes. Throws Failure when mke2fs fails.
void make_ext4(work::Work& work, const std::string& image, const Ext4Volume& volume);

}  // namespace kjx::image
