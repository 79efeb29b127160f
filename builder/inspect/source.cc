#include "inspect/source.h"

#include <algorithm>

#include "base/error.h"

namespace kjx::inspect {

namespace fs = std::filesystem;

Source::Source(const fs::path& path) : path_(path), in_(path, std::ios::binary) {
  if (!in_) throw IoError("read", path, errno);
  std::error_code error;
  if (fs::is_directory(path, error)) throw IoError("read", path, EISDIR);
  size_ = fs::file_size(path, error);
  if (error) throw IoError("read", path, error.value());
}

std::string Source::bytes(std::uint64_t at, std::uint64_t length) {
  if (at >= size_) return {};
  std::string read(std::min(length, size_ - at), '\0');
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(at));
  in_.read(read.data(), static_cast<std::streamsize>(read.size()));
  read.resize(static_cast<std::size_t>(in_.gcount()));
  return read;
}

std::uint64_t Source::number(std::uint64_t at, std::size_t length) {
  const auto read = bytes(at, length);
  std::uint64_t value = 0;
  for (std::size_t i = read.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(read[i]);
  return read.size() == length ? value : 0;
}

void Source::copy(std::uint64_t at, std::uint64_t length, const fs::path& to) {
  constexpr std::uint64_t piece = 1 << 20;
  length = at < size_ ? std::min(length, size_ - at) : 0;
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  for (std::uint64_t done = 0; done < length; done += piece) {
    const auto read = bytes(at + done, std::min(piece, length - done));
    if (read.find_first_not_of('\0') == std::string::npos) continue;
    out.seekp(static_cast<std::streamoff>(done));
    out.write(read.data(), static_cast<std::streamsize>(read.size()));
  }
  if (!out.flush()) throw IoError("write", to, "the file system refused");
  out.close();
  fs::resize_file(to, length);
}

}  // namespace kjx::inspect
