// A file of any size, read piece by piece.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace kjx::inspect {

class Source {
 public:
  // Throws IoError.
  explicit Source(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  // As many of the bytes as there are.
  [[nodiscard]] std::string bytes(std::uint64_t at, std::uint64_t length);
  // A little-endian number; 0 where the file has ended.
  [[nodiscard]] std::uint64_t number(std::uint64_t at, std::size_t length);
  // Writes a part of it to a new file, with holes for zeros. As much as there is.
  void copy(std::uint64_t at, std::uint64_t length, const std::filesystem::path& to);

 private:
  std::filesystem::path path_;
  std::ifstream in_;
  std::uint64_t size_ = 0;
};

}  // namespace kjx::inspect
