// File systems. Their own programs list them (volumes.h); ids and times of the whole are read from the superblock:
// ext4's at byte 1024 (the kernel's Documentation/filesystems/ext4/super.rst), EROFS's there too (erofs_fs.h),
// squashfs's at 0 (Documentation/filesystems/squashfs.rst), FAT's in the boot sector (Microsoft, "FAT32 File System
// Specification").
#include <fmt/format.h>

#include "inspect/openers.h"
#include "inspect/volumes.h"

namespace kjx::inspect {
namespace {

constexpr std::size_t superblock = 1024;
using VolumeForm = HeaderField::Form;

constexpr HeaderField ext_fields[] = {{"blocks", 4, 4},
                                      {"last mounted", 44, 4},
                                      {"last written", 48, 4},
                                      {"mounts", 52, 2},
                                      {"last checked", 64, 4},
                                      {"volume UUID", 104, 16, VolumeForm::uuid},
                                      {"label", 120, 16, VolumeForm::text},
                                      {"hash seed", 236, 16, VolumeForm::uuid},
                                      {"made", 264, 4}};
constexpr HeaderField erofs_fields[] = {{"build time", 24, 8},
                                        {"build time, nanoseconds", 32, 4},
                                        {"volume UUID", 48, 16, VolumeForm::uuid},
                                        {"label", 64, 16, VolumeForm::text}};
constexpr HeaderField squashfs_fields[] = {{"inodes", 4, 4},     {"made", 8, 4},         {"block size", 12, 4},
                                           {"fragments", 16, 4}, {"compression", 20, 2}, {"flags", 24, 2},
                                           {"ids", 26, 2},       {"bytes used", 40, 8}};
constexpr HeaderField fat16_fields[] = {{"made by", 3, 8, VolumeForm::text},
                                        {"volume id", 39, 4, VolumeForm::hexadecimal},
                                        {"label", 43, 11, VolumeForm::text}};
constexpr HeaderField fat32_fields[] = {{"made by", 3, 8, VolumeForm::text},
                                        {"volume id", 67, 4, VolumeForm::hexadecimal},
                                        {"label", 71, 11, VolumeForm::text}};

std::string volume_type(store::Entry::Type type) {
  constexpr const char* words[] = {"file", "directory", "symlink", "character device", "block device", "fifo"};
  return words[static_cast<std::size_t>(type)];
}

Part part_in(const Tree& tree, const store::Entry& entry) {
  Part part{.name = entry.path, .fields = {}, .content = {}};
  part.fields = {{"type", volume_type(entry.type)},
                 {"mode", fmt::format("{:04o}", entry.mode)},
                 {"owner", fmt::format("{}:{}", entry.uid, entry.gid)},
                 {"target", entry.target},
                 {"device", fmt::format("{}:{}", entry.major, entry.minor)}};
  if (const auto when = tree.changed.find(entry.path); when != tree.changed.end()) {
    part.fields.push_back({"mtime", when->second});
  }
  if (entry.type == store::Entry::Type::file) part.content = Content::of_bytes(tree.read(entry.path).value_or(""));
  return part;
}

template <typename Table>
std::optional<Parts> volume(std::string kind, const std::optional<Tree>& tree, const Table& table,
                            const Content& content, std::size_t base) {
  if (!tree) return {};
  Parts parts{.kind = std::move(kind), .fields = {}, .parts = {}};
  add_fields(parts, table, content.bytes(), base);
  for (const auto& entry : tree->entries) parts.parts.push_back(part_in(*tree, entry));
  return parts;
}

}  // namespace

std::optional<Parts> open_fat(const Content& content, Scratch& scratch) {
  const auto tree = fat_tree(content.file(scratch));
  if (content.slice(82, 5).bytes() == "FAT32") return volume("FAT file system", tree, fat32_fields, content, 0);
  return volume("FAT file system", tree, fat16_fields, content, 0);
}

std::optional<Parts> open_ext(const Content& content, Scratch& scratch) {
  return volume("ext file system", ext_tree(content.file(scratch)), ext_fields, content, superblock);
}

std::optional<Parts> open_squashfs(const Content& content, Scratch& scratch) {
  return volume("squashfs", squashfs_tree(content.file(scratch)), squashfs_fields, content, 0);
}

std::optional<Parts> open_erofs(const Content& content, Scratch& scratch) {
  return volume("EROFS", erofs_tree(content.file(scratch), scratch.next()), erofs_fields, content, superblock);
}

}  // namespace kjx::inspect
