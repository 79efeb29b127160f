// A root file system as squashfs: small, read-only, read by every Linux and by what unpacks firmware.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "store/manifest.h"
#include "work/work.h"

namespace kjx::image {

struct SquashfsOptions {
  std::string compression = "zstd";  // "zstd", "xz", "gzip", "lz4"
  std::uint64_t block = 128 << 10;   // bytes compressed at once: a power of two from 4 KiB to 1 MiB
};

// Debian packages whose programs make_squashfs runs; dash reads the archive into a program that takes it from stdin
// only.
inline constexpr std::string_view squashfs_tools[] = {"squashfs-tools-ng", "dash"};

// Writes the tree and returns the file (of the host, in a folder of the work's). Owners, modes and device nodes are the
// manifest's, all times the work's epoch. The bytes depend on nothing else. Throws Failure, store::Missing, IoError.
std::filesystem::path make_squashfs(work::Work& work, const store::Manifest& root, const SquashfsOptions& options);

}  // namespace kjx::image
