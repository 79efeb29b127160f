#include "archive/pack.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "store/raw_file.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using store::Entry;

constexpr std::size_t piece_size = 1u << 20;

unsigned file_type(Entry::Type type) {
  switch (type) {
    case Entry::Type::file:
      return AE_IFREG;
    case Entry::Type::directory:
      return AE_IFDIR;
    case Entry::Type::symlink:
      return AE_IFLNK;
    case Entry::Type::character:
      return AE_IFCHR;
    case Entry::Type::block:
      return AE_IFBLK;
    case Entry::Type::fifo:
      return AE_IFIFO;
  }
  return 0;
}

// libarchive writes inode and device numbers as given, so they are numbers of our own.
EntryHandle header_of(const Entry& entry, std::int64_t inode, std::int64_t mtime) {
  EntryHandle header(archive_entry_new());
  archive_entry_set_pathname(header.get(), entry.path.c_str());
  archive_entry_set_mode(header.get(), file_type(entry.type) | entry.mode);
  archive_entry_set_uid(header.get(), entry.uid);
  archive_entry_set_gid(header.get(), entry.gid);
  archive_entry_set_mtime(header.get(), mtime, 0);
  archive_entry_set_ino64(header.get(), inode);
  archive_entry_set_dev(header.get(), 0);
  archive_entry_set_nlink(header.get(), entry.type == Entry::Type::directory ? 2 : 1);
  archive_entry_set_size(header.get(), entry.type == Entry::Type::file ? static_cast<la_int64_t>(entry.size) : 0);
  if (entry.type == Entry::Type::symlink) archive_entry_set_symlink(header.get(), entry.target.c_str());
  if (entry.type == Entry::Type::character || entry.type == Entry::Type::block) {
    archive_entry_set_rdevmajor(header.get(), entry.major);
    archive_entry_set_rdevminor(header.get(), entry.minor);
  }
  return header;
}

// The blob's bytes, which must be as many as the header promised: libarchive would fill up or cut off in silence.
void write_content(const Handle& format, const Entry& entry, store::Store& store, const fs::path& to) {
  const fs::path blob = store.path_of(entry.digest);
  const Descriptor file = store::open_file("read", blob, O_RDONLY);
  std::string piece(std::min<std::uint64_t>(entry.size + 1, piece_size), '\0');
  std::uint64_t total = 0;
  while (true) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("read", blob, errno);
    total += static_cast<std::uint64_t>(got);
    if (got == 0 || total > entry.size) break;
    check(archive_write_data(format.get(), piece.data(), static_cast<std::size_t>(got)), format, "write", to);
  }
  if (total != entry.size) throw IoError("read", blob, "its size is not what the manifest says");
}

void move_to(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (to.has_parent_path()) fs::create_directories(to.parent_path(), error);
  if (error) throw IoError("make", to.parent_path(), error.value());
  if (::rename(from.c_str(), to.c_str()) == 0) return;
  if (errno != EXDEV) throw IoError("write", to, errno);
  copy_file_whole(from, to);
}

}  // namespace

void pack(const store::Manifest& manifest, store::Store& store, std::int64_t mtime, const fs::path& to,
          const Handle& format) {
  store::Manifest tree = manifest;
  tree.complete_parents();
  // In the store's tmp, where a killed process leaves nothing behind.
  const TemporaryFolder folder(store.tmp(), "pack");
  const fs::path draft = folder.path() / "archive";
  {
    const Descriptor file = store::open_file("make", draft, O_WRONLY | O_CREAT | O_EXCL, 0644);
    // Fixed blocks and no padding after the last: the archive's length follows from its entries alone.
    check(archive_write_set_bytes_per_block(format.get(), 64 << 10), format, "write", to);
    check(archive_write_set_bytes_in_last_block(format.get(), 1), format, "write", to);
    check(archive_write_open_fd(format.get(), file.get()), format, "write", to);
    std::int64_t inode = 0;
    for (const Entry& entry : tree.entries()) {
      check(archive_write_header(format.get(), header_of(entry, ++inode, mtime).get()), format, "write", to);
      if (entry.type == Entry::Type::file) write_content(format, entry, store, to);
    }
    check(archive_write_close(format.get()), format, "write", to);
  }
  move_to(draft, to);
}

}  // namespace kjx::archive
