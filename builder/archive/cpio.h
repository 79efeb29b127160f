// newc cpio archives (Linux Documentation/driver-api/early-userspace/buffer-format.rst), as the kernel unpacks them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "store/manifest.h"
#include "store/store.h"

namespace kjx::archive {

// Writes `manifest` as one newc archive to `to`, which appears whole or not at all. Missing parents are added as in
// Manifest::complete_parents (the kernel makes none), entries are sorted. Inodes are numbered from 1 in the order of
// entries, the device is 0, every modification time is `mtime` (seconds since 1970, UTC), link counts are 1 (2 for
// directories).
// Throws store::Missing, IoError, and Failure (too-large) for what newc's 32-bit fields cannot hold: files of 4 GiB and
// more, times before 1970 or after February 2106.
void write_cpio(const store::Manifest& manifest, store::Store& store, std::int64_t mtime,
                const std::filesystem::path& to);

// Reads a newc archive's entries, sorted; contents go into `store`. Hard links become files of equal content.
// Throws Failure (unsafe-archive) for names that leave the tree, stand twice, or are sockets; IoError for a damaged
// archive. `shown_as` is what errors call the archive; its path by default.
store::Manifest read_cpio(const std::filesystem::path& from, store::Store& store, const std::string& shown_as = {});

// A pax tar (POSIX.1-2001; extended headers only where ustar's fields do not do) of the manifest, under the same rules
// but with no limit to sizes; owner names left empty.
void write_tar(const store::Manifest& manifest, store::Store& store, std::int64_t mtime,
               const std::filesystem::path& to);

}  // namespace kjx::archive
