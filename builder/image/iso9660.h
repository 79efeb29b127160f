// The few things kjx reads and changes itself in an ISO 9660 file system (ECMA-119).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace kjx::image {

inline constexpr std::uint64_t iso_block = 2048;  // bytes

// A file's directory record (ECMA-119, section 9.1).
struct IsoRecord {
  std::uint64_t at = 0;     // where the record itself stands in the image, in bytes
  std::uint32_t block = 0;  // first block of the file
  std::uint32_t size = 0;   // bytes
};

// Finds "/BOOT/EFI.IMG" by its ISO 9660 name, without the version. Throws IoError when the file cannot be read or
// is no ISO 9660 image.
[[nodiscard]] std::optional<IsoRecord> find_in_iso(const std::filesystem::path& image, std::string_view path);

// Makes the record stand for other bytes of the image.
void redirect(const std::filesystem::path& image, const IsoRecord& record, std::uint32_t block, std::uint32_t size);

}  // namespace kjx::image
