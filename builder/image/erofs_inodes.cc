// What of EROFS is needed here (the kernel's Documentation/filesystems/erofs.rst and fs/erofs/erofs_fs.h); all numbers
// are little-endian, blocks have 4096 bytes:
//
//   superblock, at byte 1024     0 magic, 4 checksum, 8 compatible features (bit 0: there is a checksum), 12 bits of a
//                                block, 14 number of the root's inode (16 bits), 40 block where inodes begin
//   extended inode, 64 bytes     0 format (bit 0: extended, bits 1 to 3: layout of the data), 2 extended attributes,
//                                4 mode, 8 size, 16 first block of the data, or the device number, 24 uid, 28 gid
//   folder                       blocks of entries of 12 bytes (0 inode number, 8 offset of the name, 10 type), which
//                                the names follow; the first name's offset says how many entries there are
//
// Inode N stands 32 * N bytes behind where inodes begin. A folder's data are whole blocks (layout 0), or whole blocks
// and a rest right behind the inode (layout 2). The checksum is a CRC-32C of everything from the superblock to the end
// of its block, without the last inversion; inodes may lie in that block, so it is made anew.
#include "image/erofs_inodes.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;
using store::Entry;

constexpr std::uint64_t erofs_block = 4096;
constexpr std::uint64_t superblock_at = 1024;
constexpr std::uint32_t erofs_magic = 0xe0f5e1e2;
constexpr std::uint64_t inode_size = 64;

// The type of a folder's entry that says what it names (the same numbers as in ext2).
std::uint8_t entry_type(Entry::Type type) {
  switch (type) {
    case Entry::Type::file:
      return 1;
    case Entry::Type::directory:
      return 2;
    case Entry::Type::character:
      return 3;
    case Entry::Type::block:
      return 4;
    case Entry::Type::fifo:
      return 5;
    case Entry::Type::symlink:
      return 7;
  }
  return 0;
}

std::uint32_t mode_bits(Entry::Type type) {
  switch (type) {
    case Entry::Type::file:
      return S_IFREG;
    case Entry::Type::directory:
      return S_IFDIR;
    case Entry::Type::character:
      return S_IFCHR;
    case Entry::Type::block:
      return S_IFBLK;
    case Entry::Type::fifo:
      return S_IFIFO;
    case Entry::Type::symlink:
      return S_IFLNK;
  }
  return 0;
}

// Linux's own encoding of a device number, as it stands in file systems.
std::uint32_t encoded_device(const Entry& entry) {
  return (entry.minor & 0xff) | entry.major << 8 | (entry.minor & ~0xffu) << 12;
}

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return crc;
}

class Erofs {
 public:
  explicit Erofs(const fs::path& path) : path_(path), file_(path, std::ios::binary | std::ios::in | std::ios::out) {
    if (!file_) throw IoError("open", path, "it is not there");
    if (number(superblock_at, 4) != erofs_magic || number(superblock_at + 12, 1) != 12) damaged("no superblock");
    inodes_ = number(superblock_at + 40, 4) * erofs_block;
  }

  // Gives every inode below the root what `root` says of it.
  void take_over(const store::Manifest& root) {
    Entry top;
    top.type = Entry::Type::directory;
    top.mode = 0755;
    const auto first = inode(number(superblock_at + 14, 2));
    set_inode(first, top);
    walk(first, "", root);
    for (const auto& entry : root.entries()) {
      if (!seen_.contains(entry.path)) damaged(fmt::format("'{}' is not in it", entry.path));
    }
    set_checksum();
    if (!file_.flush()) throw IoError("write", path_, "the file system refused");
  }

 private:
  [[noreturn]] void damaged(std::string_view how) const { throw IoError("read", path_, how); }

  std::string bytes(std::uint64_t at, std::uint64_t size) {
    std::string read(size, '\0');
    file_.seekg(static_cast<std::streamoff>(at));
    if (!file_.read(read.data(), static_cast<std::streamsize>(size))) damaged("it ends too early");
    return read;
  }
  static std::uint64_t number_in(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
    return value;
  }
  std::uint64_t number(std::uint64_t at, std::size_t size) { return number_in(bytes(at, size), 0, size); }
  void set(std::uint64_t at, std::uint64_t value, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    file_.seekp(static_cast<std::streamoff>(at));
    file_.write(bytes.data(), static_cast<std::streamsize>(size));
  }

  [[nodiscard]] std::uint64_t inode(std::uint64_t number) const { return inodes_ + 32 * number; }

  void set_inode(std::uint64_t at, const Entry& entry) {
    if ((number(at, 2) & 1) == 0) damaged("an inode is of the short kind");
    set(at + 4, mode_bits(entry.type) | entry.mode, 2);
    set(at + 24, entry.uid, 4);
    set(at + 28, entry.gid, 4);
    if (entry.type == Entry::Type::character || entry.type == Entry::Type::block) {
      set(at + 16, encoded_device(entry), 4);
    }
  }

  // Where a folder's data stand, piece by piece, each the content of one block.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks_of(std::uint64_t folder) {
    const auto layout = number(folder, 2) >> 1 & 7;
    const auto size = number(folder + 8, 8);
    if ((layout != 0 && layout != 2) || number(folder + 2, 2) != 0) damaged("a folder is laid out in an unknown way");
    const auto start = number(folder + 16, 4) * erofs_block;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> pieces;
    for (std::uint64_t at = 0; at < size; at += erofs_block) {
      const auto length = std::min(erofs_block, size - at);
      const bool behind_inode = layout == 2 && length < erofs_block;
      pieces.emplace_back(behind_inode ? folder + inode_size : start + at, length);
    }
    return pieces;
  }

  void walk(std::uint64_t folder, const std::string& prefix, const store::Manifest& root) {
    for (const auto& [at, length] : blocks_of(folder)) {
      const auto block = bytes(at, length);
      const auto count = number_in(block, 8, 2) / 12;
      for (std::size_t i = 0; i < count; ++i) take_entry(at, block, i, count, prefix, root);
    }
  }

  void take_entry(std::uint64_t at, const std::string& block, std::size_t i, std::size_t count,
                  const std::string& prefix, const store::Manifest& root) {
    const auto begin = number_in(block, 12 * i + 8, 2);
    const auto end = i + 1 < count ? number_in(block, 12 * (i + 1) + 8, 2) : block.size();
    if (begin > end || end > block.size()) damaged("a folder's names are out of place");
    // The last name ends at a zero byte or with the block.
    std::string name = block.substr(begin, end - begin);
    name.resize(std::strlen(name.c_str()));  // padded with zeros
    if (name == "." || name == "..") return;
    const auto path = prefix + name;
    const auto* entry = root.find(path);
    if (entry == nullptr || !seen_.insert(path).second) damaged(fmt::format("'{}' does not belong into it", path));
    const auto here = inode(number_in(block, 12 * i, 8));
    set(at + 12 * i + 10, entry_type(entry->type), 1);
    set_inode(here, *entry);
    if (entry->type == Entry::Type::directory) walk(here, path + "/", root);
  }

  void set_checksum() {
    if ((number(superblock_at + 8, 4) & 1) == 0) return;
    set(superblock_at + 4, 0, 4);
    set(superblock_at + 4, crc32c(bytes(superblock_at, erofs_block - superblock_at)), 4);
  }

  fs::path path_;
  std::fstream file_;
  std::uint64_t inodes_ = 0;
  std::set<std::string> seen_;
};

}  // namespace

void write_inodes(const fs::path& image, const store::Manifest& root) { Erofs(image).take_over(root); }

}  // namespace kjx::image
