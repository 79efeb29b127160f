#include "archive/unpack.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "archive/handle.h"
#include "archive/member.h"
#include "archive/tree_writer.h"
#include "archive/utf8_names.h"
#include "base/error.h"
#include "store/raw_file.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;

// Errors name what the archive is the source of: it is a blob of the store, whose path says nothing to anybody.
Handle open_archive(const fs::path& path, const std::string& shown_as) {
  Handle handle(archive_read_new());
  for (const auto* support :
       {&archive_read_support_filter_gzip, &archive_read_support_filter_bzip2, &archive_read_support_filter_xz,
        &archive_read_support_filter_zstd, &archive_read_support_format_tar, &archive_read_support_format_zip}) {
    check((*support)(handle.get()), handle, "unpack", shown_as);
  }
  check(archive_read_open_filename(handle.get(), path.c_str(), 1 << 20), handle, "unpack", shown_as);
  return handle;
}

class Unpacking {
 public:
  Unpacking(const fs::path& archive, const std::string& shown_as, const fs::path& into, const UnpackOptions& options)
      : shown_as_(shown_as),
        options_(options),
        total_(file_size(archive)),
        handle_(open_archive(archive, shown_as)),
        tree_(into, options.mtime) {}

  void run() {
    bool any = false;
    while (archive_entry* header = next_entry(handle_, shown_as_)) {
      const char* bytes = archive_entry_pathname(header);
      const std::string name = bytes == nullptr ? "?" : bytes;
      try {
        if (bytes == nullptr) throw Refusal("has a name that cannot be read");
        any = unpack_member(header, name) || any;
      } catch (const Refusal& refusal) {
        throw unsafe(name, shown_as_, refusal);
      }
      show_progress();
    }
    if (!any) refuse_empty();
    tree_.finish();
    if (options_.progress) options_.progress(total_, total_);
  }

 private:
  static std::uint64_t file_size(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) throw IoError("unpack", path, error.value());
    return size;
  }

  // Whether anything was left of it after stripping.
  bool unpack_member(archive_entry* header, const std::string& name) {
    const std::string path = member_path(name, options_.strip);
    if (path.empty()) return false;
    if (const char* target = archive_entry_hardlink(header)) {
      tree_.hard_link(path, hard_link_target(target));
      return true;
    }
    const auto permissions = static_cast<std::uint32_t>(archive_entry_perm(header)) & 0775u;
    switch (archive_entry_filetype(header)) {
      case AE_IFDIR:
        tree_.directory(path, permissions | 0700u);
        break;
      case AE_IFLNK:
        tree_.symlink(path, symlink_target(header));
        break;
      case AE_IFREG:
        tree_.file(path, permissions | 0400u, [&](const Descriptor& file) { write_content(header, file, path); });
        break;
      case AE_IFIFO:
        throw Refusal("is a fifo");
      case AE_IFSOCK:
        throw Refusal("is a socket");
      default:
        throw Refusal("is a device node");
    }
    return true;
  }

  std::string hard_link_target(std::string_view target) const {
    try {
      return member_path(target, options_.strip);
    } catch (const Refusal& refusal) {
      throw Refusal(fmt::format("is a hard link to {}, which {}", shown(target), refusal.what()));
    }
  }

  static std::string symlink_target(archive_entry* header) {
    const char* target = archive_entry_symlink(header);
    if (target == nullptr || *target == '\0') throw Refusal("is a link to nothing");
    return target;
  }

  // Sparse files come as blocks with holes between them.
  void write_content(archive_entry* header, const Descriptor& file, const std::string& path) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    la_int64_t written = 0;
    while (true) {
      const int result = archive_read_data_block(handle_.get(), &block, &size, &offset);
      if (result == ARCHIVE_EOF) break;
      check(result, handle_, "unpack", shown_as_);
      if (offset != written && ::lseek(file.get(), offset, SEEK_SET) < 0) throw IoError("write", path, errno);
      store::write_all(file, {static_cast<const char*>(block), size}, path);
      written = offset + static_cast<la_int64_t>(size);
      show_progress();
    }
    const la_int64_t whole = archive_entry_size_is_set(header) != 0 ? archive_entry_size(header) : written;
    if (whole > written && ::ftruncate(file.get(), whole) != 0) throw IoError("write", path, errno);
  }

  void show_progress() {
    constexpr std::uint64_t step = 1u << 20;
    const auto done = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_filter_bytes(handle_.get(), -1), 0));
    if (!options_.progress || done < shown_ + step) return;
    shown_ = done;
    options_.progress(std::min(done, total_), total_);
  }

  [[noreturn]] void refuse_empty() const {
    throw Failure(Diagnostic{.kind = Kind::bad_value,
                             .message = fmt::format("nothing is left of {} without {} leading folder{}", shown_as_,
                                                    options_.strip, options_.strip == 1 ? "" : "s"),
                             .help = "strip fewer leading folders; 'tar tf' shows how many there are"});
  }

  const std::string& shown_as_;
  const UnpackOptions& options_;
  std::uint64_t total_;
  Utf8Names utf8_names_;
  Handle handle_;
  TreeWriter tree_;
  std::uint64_t shown_ = 0;  // progress so far
};

}  // namespace

void unpack(const fs::path& archive, const std::string& shown_as, const fs::path& into, const UnpackOptions& options) {
  Unpacking(archive, shown_as, into, options).run();
}

}  // namespace kjx::archive
