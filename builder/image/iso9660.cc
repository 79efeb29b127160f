#include "image/iso9660.h"

#include <array>
#include <fstream>

#include "base/error.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;

std::uint32_t little(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
  return value;
}

std::string read_blocks(std::ifstream& in, const fs::path& image, std::uint32_t block, std::uint32_t size) {
  std::string bytes(size, '\0');
  in.seekg(static_cast<std::streamoff>(block * iso_block));
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!in) throw IoError("read", image, "it ends before its file system does");
  return bytes;
}

// The record at `at` of a directory, whose blocks begin at `base`.
IsoRecord record_at(std::string_view directory, std::size_t at, std::uint64_t base) {
  return {base + at, little(directory, at + 2), little(directory, at + 10)};
}

std::string_view name_at(std::string_view directory, std::size_t at) {
  const auto length = static_cast<std::uint8_t>(directory.at(at + 32));
  auto name = directory.substr(at + 33, length);
  name = name.substr(0, name.find(';'));
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  return name;
}

std::optional<IsoRecord> find_in(std::string_view directory, std::uint64_t base, std::string_view name) {
  for (std::size_t at = 0; at < directory.size();) {
    const auto length = static_cast<std::uint8_t>(directory[at]);
    if (length == 0) {  // records do not cross blocks; the rest of this one is empty
      at = (at / iso_block + 1) * iso_block;
      continue;
    }
    if (name_at(directory, at) == name) return record_at(directory, at, base);
    at += length;
  }
  return {};
}

// Both byte orders, little-endian first (section 7.3.3).
std::array<char, 8> both_orders(std::uint32_t value) {
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = bytes[7 - i] = static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

}  // namespace

std::optional<IsoRecord> find_in_iso(const fs::path& image, std::string_view path) {
  std::ifstream in(image, std::ios::binary);
  const auto descriptor = read_blocks(in, image, 16, iso_block);  // the primary one always comes first here
  if (descriptor.compare(0, 6, "\1CD001") != 0) throw IoError("read", image, "it is no ISO 9660 image");
  std::optional<IsoRecord> record = record_at(descriptor, 156, 16 * iso_block);  // of the root directory
  while (record && !path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto slash = path.find('/');
    const auto directory = read_blocks(in, image, record->block, record->size);
    record = find_in(directory, record->block * iso_block, path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return record;
}

void redirect(const fs::path& image, const IsoRecord& record, std::uint32_t block, std::uint32_t size) {
  std::fstream file(image, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(record.at + 2));
  file.write(both_orders(block).data(), 8);
  file.write(both_orders(size).data(), 8);
  if (!file.flush()) throw IoError("write", image, "the file system refused");
}

}  // namespace kjx::image
