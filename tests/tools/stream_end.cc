#include "stream_end.h"

#include <array>
#include <cstdint>

namespace kjx::tools {
namespace {

using namespace std::string_view_literals;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

// The .xz file format 1.2.1, sections 2.1.1 and 2.1.2: the length is a multiple of four, and the last four bytes are
// the header's two of flags and "YZ".
std::optional<std::size_t> xz_end(std::string_view bytes) {
  for (std::size_t end = 24; end <= bytes.size(); end += 4) {
    if (bytes.substr(end - 2, 2) == "YZ" && bytes.substr(end - 4, 2) == bytes.substr(6, 2)) return end;
  }
  return {};
}

// RFC 8878, section 3.1.1: a header of 2 to 14 bytes, then blocks that say how long they are, then perhaps a checksum.
std::optional<std::size_t> zstd_end(std::string_view bytes) {
  if (bytes.size() < 6) return {};
  const std::uint8_t descriptor = byte_at(bytes, 4);
  const bool single_segment = (descriptor & 0x20) != 0;
  constexpr std::array<std::size_t, 4> dictionary_sizes{0, 1, 2, 4};
  constexpr std::array<std::size_t, 4> content_sizes{0, 2, 4, 8};
  const std::size_t content_flag = descriptor >> 6;
  std::size_t at = 5 + (single_segment ? 0 : 1) + dictionary_sizes[descriptor & 3];
  at += content_flag == 0 && single_segment ? 1 : content_sizes[content_flag];
  for (bool last = false; !last;) {
    if (at + 3 > bytes.size()) return {};
    const std::size_t header = byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2) << 16;
    last = (header & 1) != 0;
    const std::size_t type = header >> 1 & 3;
    if (type == 3) return {};                 // reserved
    at += 3 + (type == 1 ? 1 : header >> 3);  // 1: one byte that is repeated
  }
  at += (descriptor & 4) != 0 ? 4 : 0;
  return at <= bytes.size() ? std::optional(at) : std::nullopt;
}

}  // namespace

std::optional<std::size_t> stream_end(std::string_view bytes) {
  if (bytes.starts_with("\xfd"
                        "7zXZ\0"sv)) {
    return xz_end(bytes);
  }
  if (bytes.starts_with("\x28\xb5\x2f\xfd"sv)) return zstd_end(bytes);
  return {};
}

}  // namespace kjx::tools
