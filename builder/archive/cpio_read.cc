#include <fmt/format.h>

#include <map>

#include "archive/cpio.h"
#include "archive/handle.h"
#include "archive/member.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using store::Entry;

Entry::Type type_of(archive_entry* header) {
  switch (archive_entry_filetype(header)) {
    case AE_IFREG:
      return Entry::Type::file;
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
      throw Refusal("is of no type that a tree can hold");
  }
}

Entry entry_of(archive_entry* header, std::string path) {
  Entry entry;
  entry.path = std::move(path);
  entry.type = type_of(header);
  entry.mode = archive_entry_perm(header) & 07777u;
  entry.uid = static_cast<std::uint32_t>(archive_entry_uid(header));
  entry.gid = static_cast<std::uint32_t>(archive_entry_gid(header));
  if (entry.type == Entry::Type::symlink) {
    const char* target = archive_entry_symlink(header);
    if (target == nullptr || *target == '\0') throw Refusal("is a link to nothing");
    entry.target = target;
  }
  if (entry.type == Entry::Type::character || entry.type == Entry::Type::block) {
    entry.major = static_cast<std::uint32_t>(archive_entry_rdevmajor(header));
    entry.minor = static_cast<std::uint32_t>(archive_entry_rdevminor(header));
  }
  return entry;
}

// newc has a group of hard links as entries of equal inode, of which only the last carries the bytes. libarchive says
// of each but the first that it is a link to the first.
class Reader {
 public:
  Reader(const fs::path& from, store::Store& store, std::string shown_as)
      : from_(from), store_(store), shown_as_(std::move(shown_as)) {
    check(archive_read_support_format_cpio(handle_.get()), handle_, "read", from_);
    check(archive_read_open_filename(handle_.get(), from_.c_str(), 1 << 20), handle_, "read", from_);
  }

  store::Manifest run() {
    while (archive_entry* header = next_entry(handle_, from_)) {
      const char* name = archive_entry_pathname(header);
      try {
        if (name == nullptr) throw Refusal("has a name that cannot be read");
        add(header, name);
      } catch (const Refusal& refusal) {
        throw unsafe(name == nullptr ? "?" : name, shown_as_, refusal);
      }
    }
    store::Manifest manifest;
    for (auto& [path, entry] : entries_) manifest.add(std::move(entry));
    return manifest;
  }

 private:
  void add(archive_entry* header, std::string_view name) {
    const std::string path = member_path(name, 0);
    if (path.empty()) return;  // the tree's own root
    Entry entry = entry_of(header, path);
    if (entry.type == Entry::Type::file) read_content(header, entry);
    if (!entries_.emplace(path, std::move(entry)).second) throw Refusal("stands there twice");
  }

  void read_content(archive_entry* header, Entry& entry) {
    const char* first = archive_entry_hardlink(header);
    const bool has_bytes = archive_entry_size_is_set(header) != 0 && archive_entry_size(header) > 0;
    if (first != nullptr && !has_bytes) {
      const Entry& known = linked(first);
      entry.digest = known.digest;
      entry.size = known.size;
      groups_[known.path].push_back(entry.path);
      return;
    }
    read_bytes(entry);
    if (first == nullptr) return;
    Entry& known = linked(first);
    for (Entry* other : group(known)) {
      other->digest = entry.digest;
      other->size = entry.size;
    }
    groups_[known.path].push_back(entry.path);
  }

  Entry& linked(const char* name) {
    const auto found = entries_.find(member_path(name, 0));
    if (found == entries_.end()) throw Refusal(fmt::format("is a hard link to {}, which is not there", shown(name)));
    return found->second;
  }

  std::vector<Entry*> group(Entry& first) {
    std::vector<Entry*> all{&first};
    for (const std::string& path : groups_[first.path]) all.push_back(&entries_.at(path));
    return all;
  }

  void read_bytes(Entry& entry) {
    std::string bytes;
    std::string piece(256 << 10, '\0');
    while (true) {
      const la_ssize_t got = archive_read_data(handle_.get(), piece.data(), piece.size());
      check(got, handle_, "read", from_);
      if (got <= 0) break;
      bytes.append(piece, 0, static_cast<std::size_t>(got));
    }
    entry.digest = store_.put(bytes);
    entry.size = bytes.size();
  }

  Handle handle_{archive_read_new()};
  const fs::path& from_;
  store::Store& store_;
  std::string shown_as_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::vector<std::string>> groups_;  // first of a group of hard links -> the others
};

}  // namespace

store::Manifest read_cpio(const fs::path& from, store::Store& store, const std::string& shown_as) {
  return Reader(from, store, shown_as.empty() ? from.string() : shown_as).run();
}

}  // namespace kjx::archive
