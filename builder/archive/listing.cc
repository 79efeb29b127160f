#include "archive/listing.h"

#include <algorithm>

#include "archive/handle.h"
#include "base/error.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using store::Entry;

Handle open_listing(const fs::path& path) {
  Handle handle(archive_read_new());
  check(archive_read_support_filter_all(handle.get()), handle, "read", path);
  check(archive_read_support_format_tar(handle.get()), handle, "read", path);
  check(archive_read_support_format_cpio(handle.get()), handle, "read", path);
  check(archive_read_support_format_iso9660(handle.get()), handle, "read", path);
  check(archive_read_support_format_ar(handle.get()), handle, "read", path);
  check(archive_read_open_filename(handle.get(), path.c_str(), 256 << 10), handle, "read", path);
  return handle;
}

std::string plain_name(std::string_view name) {
  while (name.starts_with("./")) name.remove_prefix(2);
  while (name.ends_with('/')) name.remove_suffix(1);
  return std::string(name == "." ? "" : name);
}

Entry::Type listed_type(archive_entry* header) {
  switch (archive_entry_filetype(header)) {
    case AE_IFDIR:
      return Entry::Type::directory;
    case AE_IFLNK:
      return Entry::Type::symlink;
    case AE_IFCHR:
      return Entry::Type::character;
    case AE_IFBLK:
      return Entry::Type::block;
    case AE_IFIFO:
      return Entry::Type::fifo;
    default:
      return Entry::Type::file;
  }
}

std::string or_empty(const char* text) { return text == nullptr ? "" : text; }

Entry listed(archive_entry* header) {
  Entry entry;
  entry.path = plain_name(or_empty(archive_entry_pathname(header)));
  entry.type = listed_type(header);
  entry.mode = archive_entry_perm(header) & 07777u;
  entry.uid = static_cast<std::uint32_t>(archive_entry_uid(header));
  entry.gid = static_cast<std::uint32_t>(archive_entry_gid(header));
  if (entry.type == Entry::Type::file) {
    entry.size = static_cast<std::uint64_t>(archive_entry_size(header));
    entry.target = plain_name(or_empty(archive_entry_hardlink(header)));
  }
  if (entry.type == Entry::Type::symlink) entry.target = or_empty(archive_entry_symlink(header));
  if (entry.type == Entry::Type::character || entry.type == Entry::Type::block) {
    entry.major = static_cast<std::uint32_t>(archive_entry_rdevmajor(header));
    entry.minor = static_cast<std::uint32_t>(archive_entry_rdevminor(header));
  }
  return entry;
}

std::string content(const Handle& handle, const fs::path& path, std::uint64_t limit) {
  std::string bytes;
  std::string piece(256 << 10, '\0');
  while (bytes.size() < limit) {
    const auto wanted = std::min<std::uint64_t>(piece.size(), limit - bytes.size());
    const la_ssize_t got = archive_read_data(handle.get(), piece.data(), wanted);
    check(got, handle, "read", path);
    if (got <= 0) break;
    bytes.append(piece, 0, static_cast<std::size_t>(got));
  }
  return bytes;
}

Member member(archive_entry* header) {
  Member member;
  member.entry = listed(header);
  member.mtime = archive_entry_mtime(header);
  member.owner = or_empty(archive_entry_uname(header));
  member.group = or_empty(archive_entry_gname(header));
  member.inode = static_cast<std::uint64_t>(archive_entry_ino64(header));
  member.links = archive_entry_nlink(header);
  return member;
}

}  // namespace

std::optional<Listing> list_archive(const fs::path& path) {
  Listing listing;
  Handle handle(nullptr);
  try {
    handle = open_listing(path);
    while (archive_entry* header = next_entry(handle, path)) {
      auto entry = listed(header);
      if (!entry.path.empty()) listing.entries.push_back(std::move(entry));
    }
  } catch (const IoError& error) {
    if (listing.entries.empty()) return {};
    listing.damage = error.what();
  }
  listing.format = or_empty(archive_format_name(handle.get()));
  listing.compression = or_empty(archive_filter_name(handle.get(), 0));
  if (listing.compression == "none") listing.compression.clear();
  // libarchive takes an empty file for an empty archive of no format.
  if (listing.format.empty()) return {};
  return listing;
}

std::optional<std::string> read_member(const fs::path& path, std::string_view name, std::uint64_t limit) {
  const auto handle = open_listing(path);
  while (archive_entry* header = next_entry(handle, path)) {
    if (plain_name(or_empty(archive_entry_pathname(header))) != name) continue;
    if (const auto first = plain_name(or_empty(archive_entry_hardlink(header))); !first.empty()) {
      return read_member(path, first, limit);
    }
    return content(handle, path, limit);
  }
  return {};
}

std::optional<Members> read_members(const fs::path& path, std::uint64_t limit) {
  Members members;
  Handle handle(nullptr);
  try {
    handle = open_listing(path);
    while (archive_entry* header = next_entry(handle, path)) {
      auto next = member(header);
      if (next.entry.path.empty()) continue;
      if (next.entry.type == Entry::Type::file) next.content = content(handle, path, limit + 1);
      if (next.content.size() > limit) return {};
      limit -= next.content.size();
      members.all.push_back(std::move(next));
    }
  } catch (const IoError& error) {
    if (members.all.empty()) return {};
    members.damage = error.what();
  }
  members.format = or_empty(archive_format_name(handle.get()));
  if (members.format.empty()) return {};
  return members;
}

}  // namespace kjx::archive
