// Owners, modes and device numbers in an EROFS image that mkfs.erofs made from a folder of names and bytes.
#pragma once

#include <filesystem>

#include "store/manifest.h"

namespace kjx::image {

// Makes every inode of `image` what `root` (sorted, with all parents) says of its path; the root itself becomes 0755 of
// 0:0. All inodes must be extended ones, and fifos must stand where `root` has devices. Throws IoError when the image
// is damaged, or holds other paths than `root`.
void write_inodes(const std::filesystem::path& image, const store::Manifest& root);

}  // namespace kjx::image
