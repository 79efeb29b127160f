// Looking into archives that anybody may have written, without unpacking them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "store/manifest.h"

namespace kjx::archive {

struct Listing {
  std::string format;       // libarchive's words: "ISO9660 with Rockridge extensions", "ASCII cpio (SVR4 with no CRC)"
  std::string compression;  // "zstd"; empty when there is none
  // In the archive's order, without digests; names as they are, but for "./" in front and "/" behind. A hard link has
  // the type file, and the first link's name as its target.
  std::vector<store::Entry> entries;
  std::string damage;  // why the rest could not be read; empty when all was
};

// A tar, cpio or ISO 9660 archive, compressed in any way. Nothing when it is none.
[[nodiscard]] std::optional<Listing> list_archive(const std::filesystem::path& path);

// The bytes of the file `name`, its first `limit` of them. Nothing when there is no such file.
[[nodiscard]] std::optional<std::string> read_member(const std::filesystem::path& path, std::string_view name,
                                                     std::uint64_t limit);

// A member with all that an archive keeps of it.
struct Member {
  store::Entry entry;  // as in a Listing
  std::int64_t mtime = 0;
  std::string owner;  // names; empty where the format has none
  std::string group;
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  std::string content;  // of a file
};

struct Members {
  std::string format;
  std::vector<Member> all;  // in the archive's order
  std::string damage;
};

// Every member of a tar, cpio, ar or ISO 9660 archive. Nothing when it is none, or when they hold more than `limit`
// bytes together.
[[nodiscard]] std::optional<Members> read_members(const std::filesystem::path& path, std::uint64_t limit);

}  // namespace kjx::archive
