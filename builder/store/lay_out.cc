#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "store/parallel.h"
#include "store/state.h"
#include "store/store.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;

std::vector<const Entry*> of_type(const Manifest& manifest, Entry::Type type) {
  std::vector<const Entry*> found;
  for (const Entry& entry : manifest.entries()) {
    if (entry.type == type) found.push_back(&entry);
  }
  return found;
}

// O_EXCL: a manifest cannot make us write through what is already there.
void write_small(const fs::path& path, const Entry& entry, std::string_view bytes, std::int64_t mtime) {
  const Descriptor file = open_file("make", path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  write_all(file, bytes, path);
  finish_file(file, entry.mode, mtime, path);
}

void write_large(const fs::path& path, const Entry& entry, const fs::path& blob, std::int64_t mtime) {
  copy_file_whole(blob, path, entry.mode);
  set_mtime(path, mtime);
}

void make_link(const fs::path& path, const Entry& entry, std::int64_t mtime) {
  if (::symlink(entry.target.c_str(), path.c_str()) != 0) throw IoError("make", path, errno);
  set_mtime(path, mtime);
}

void make_fifo(const fs::path& path, const Entry& entry, std::int64_t mtime) {
  if (::mkfifo(path.c_str(), 0600) != 0) throw IoError("make", path, errno);
  if (::chmod(path.c_str(), entry.mode) != 0) throw IoError("set the mode of", path, errno);
  set_mtime(path, mtime);
}

}  // namespace

void Store::lay_out(const Manifest& manifest, const fs::path& folder, std::int64_t mtime) {
  using Type = Entry::Type;
  Manifest tree = manifest;
  tree.complete_parents();
  auto directories = of_type(tree, Type::directory);
  for (const Entry* entry : directories) {
    if (::mkdir((folder / entry->path).c_str(), 0700) != 0) throw IoError("make", folder / entry->path, errno);
  }
  const auto files = of_type(tree, Type::file);
  parallel_for(files.size(), [&](std::size_t i) {
    const Entry& entry = *files[i];
    const fs::path path = folder / entry.path;
    if (entry.size <= small_file) {
      write_small(path, entry, read(entry.digest), mtime);
    } else {
      write_large(path, entry, path_of(entry.digest), mtime);
    }
  });
  // Links come after all files, so nothing is written through one; directories last, when nothing in them changes.
  for (const Entry* entry : of_type(tree, Type::fifo)) make_fifo(folder / entry->path, *entry, mtime);
  for (const Entry* entry : of_type(tree, Type::symlink)) make_link(folder / entry->path, *entry, mtime);
  std::ranges::reverse(directories);  // inner ones first: an outer one may be closed
  for (const Entry* entry : directories) {
    const fs::path path = folder / entry->path;
    set_mtime(path, mtime);
    if (::chmod(path.c_str(), entry->mode) != 0) throw IoError("set the mode of", path, errno);
  }
  set_mtime(folder, mtime);
}

}  // namespace kjx::store
