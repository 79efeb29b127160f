#include "archive/deb.h"

#include <fmt/format.h>

#include <map>

#include "archive/handle.h"
#include "archive/member.h"
#include "archive/utf8_names.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using store::Entry;

// The rest of the current member. Packages are some megabytes; the largest of Debian's are some hundred.
std::string content(const Handle& handle, const std::string& shown_as) {
  std::string bytes;
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  while (true) {
    const int result = archive_read_data_block(handle.get(), &block, &size, &offset);
    if (result == ARCHIVE_EOF) break;
    check(result, handle, "unpack", shown_as);
    bytes.resize(static_cast<std::size_t>(offset));  // a hole of a sparse file
    bytes.append(static_cast<const char*>(block), size);
  }
  return bytes;
}

std::string data_member(const fs::path& package, const std::string& shown_as) {
  const Handle handle(archive_read_new());
  check(archive_read_support_format_ar(handle.get()), handle, "unpack", shown_as);
  if (archive_read_open_filename(handle.get(), package.c_str(), 1 << 20) >= ARCHIVE_WARN) {
    archive_entry* header = nullptr;
    while (archive_read_next_header(handle.get(), &header) >= ARCHIVE_WARN) {
      const char* name = archive_entry_pathname(header);
      if (name != nullptr && std::string_view(name).starts_with("data.tar")) return content(handle, shown_as);
    }
  }
  throw Failure(Diagnostic{.kind = Kind::bad_value,
                           .message = fmt::format("{} is no Debian package: it has no data.tar", shown_as),
                           .help = "a *.deb is an archive made by dpkg-deb"});
}

Handle open_data(const std::string& data, const std::string& shown_as) {
  Handle handle(archive_read_new());
  for (const auto* support :
       {&archive_read_support_filter_gzip, &archive_read_support_filter_bzip2, &archive_read_support_filter_xz,
        &archive_read_support_filter_zstd, &archive_read_support_format_tar}) {
    check((*support)(handle.get()), handle, "unpack", shown_as);
  }
  check(archive_read_open_memory(handle.get(), data.data(), data.size()), handle, "unpack", shown_as);
  return handle;
}

class Taking {
 public:
  Taking(const Handle& handle, const std::string& shown_as, store::Store& store)
      : handle_(handle), shown_as_(shown_as), store_(store) {}

  store::Manifest run() {
    while (archive_entry* header = next_entry(handle_, shown_as_)) {
      const char* bytes = archive_entry_pathname(header);
      const std::string name = bytes == nullptr ? "?" : bytes;
      try {
        if (bytes == nullptr) throw Refusal("has a name that cannot be read");
        take(header, member_path(name, 0));
      } catch (const Refusal& refusal) {
        throw unsafe(name, shown_as_, refusal);
      }
    }
    store::Manifest manifest;
    for (auto& [path, entry] : entries_) manifest.add(std::move(entry));
    manifest.complete_parents();
    return manifest;
  }

 private:
  void take(archive_entry* header, const std::string& path) {
    if (path.empty()) return;  // "./"
    if (const char* target = archive_entry_hardlink(header)) {
      take_hard_link(path, target);
      return;
    }
    Entry entry{.path = path, .mode = static_cast<std::uint32_t>(archive_entry_perm(header)) & 07777u};
    entry.uid = static_cast<std::uint32_t>(archive_entry_uid(header));
    entry.gid = static_cast<std::uint32_t>(archive_entry_gid(header));
    switch (archive_entry_filetype(header)) {
      case AE_IFDIR:
        entry.type = Entry::Type::directory;
        break;
      case AE_IFLNK:
        take_symlink(header, entry);
        break;
      case AE_IFREG:
        take_file(entry);
        break;
      default:
        throw Refusal("is neither a file nor a folder nor a link");
    }
    entries_[path] = std::move(entry);
  }

  static void take_symlink(archive_entry* header, Entry& entry) {
    const char* target = archive_entry_symlink(header);
    if (target == nullptr || *target == '\0') throw Refusal("is a link to nothing");
    entry.type = Entry::Type::symlink;
    entry.mode = 0777;
    entry.target = target;
  }

  void take_file(Entry& entry) const {
    const std::string bytes = content(handle_, shown_as_);
    entry.digest = store_.put(bytes);
    entry.size = bytes.size();
  }

  void take_hard_link(const std::string& path, const char* target) {
    const auto first = entries_.find(member_path(target, 0));
    if (first == entries_.end() || first->second.type != Entry::Type::file) {
      throw Refusal(fmt::format("is a hard link to {}, which is no file of the package", shown(target)));
    }
    Entry entry = first->second;
    entry.path = path;
    entries_[path] = std::move(entry);
  }

  const Handle& handle_;
  const std::string& shown_as_;
  store::Store& store_;
  std::map<std::string, Entry> entries_;
};

}  // namespace

store::Manifest take_deb(const fs::path& package, const std::string& shown_as, store::Store& store) {
  const Utf8Names utf8_names;
  const std::string data = data_member(package, shown_as);
  const Handle handle = open_data(data, shown_as);
  return Taking(handle, shown_as, store).run();
}

}  // namespace kjx::archive
