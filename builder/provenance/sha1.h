// SHA-1, because SPDX names files by it. Nothing of kjx's own relies on it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace kjx::provenance {

// 40 hexadecimal digits.
[[nodiscard]] std::string sha1_of(std::string_view bytes);
// Throws IoError.
[[nodiscard]] std::string sha1_of_file(const std::filesystem::path& path);

}  // namespace kjx::provenance
