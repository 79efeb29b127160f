// One compressed stream (gzip, bzip2, xz, lzma, zstd, lz4, lzop), recognised by its first bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kjx::archive {

// The bytes unpacked; bytes that are not compressed come back as they are. Throws std::runtime_error for a damaged
// stream and for one that unpacks to more than `limit` bytes.
[[nodiscard]] std::string decompress(std::string_view bytes, std::uint64_t limit);

}  // namespace kjx::archive
