// A root file system as EROFS: read-only like squashfs, larger, and faster to read at random.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "image/identifiers.h"
#include "store/manifest.h"
#include "work/work.h"

namespace kjx::image {

struct ErofsOptions {
  std::string compression = "lz4hc";  // "lz4hc", "lz4", "none"
  Guid id;                            // of the file system
};

// Debian packages whose programs make_erofs runs.
inline constexpr std::string_view erofs_tools[] = {"erofs-utils"};

// Writes the tree and returns the file (of the host, in a folder of the work's). Owners, modes and device nodes are the
// manifest's, all times the work's epoch. The bytes depend on nothing else. Throws Failure, store::Missing, IoError.
std::filesystem::path make_erofs(work::Work& work, const store::Manifest& root, const ErofsOptions& options);

}  // namespace kjx::image
