// Compression of archives by the programs of the tool root, never by a library of the running kjx, so that what a
// result depends on is known.
#pragma once

#include <filesystem>
#include <string_view>

#include "work/work.h"

namespace kjx::image {

// How an archive's first bytes say it is compressed: "none", "gzip" (RFC 1952) or "zstd" (RFC 8878).
[[nodiscard]] std::string_view compression_of(std::string_view first_bytes);

// The archive `blob` compressed by `method` (one of the above), whatever it is now. The threading mode is fixed: it
// changes the bytes. Throws Failure when the program fails, store::Missing, IoError.
[[nodiscard]] Digest compress(work::Work& work, const Digest& blob, std::string_view method);

// The Debian packages that bring the programs.
inline constexpr std::string_view compression_tools[] = {"gzip", "zstd"};

}  // namespace kjx::image
