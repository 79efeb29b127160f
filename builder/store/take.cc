#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "store/parallel.h"
#include "store/state.h"
#include "store/store.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;

struct stat status_of(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) throw IoError("look at", path, errno);
  return status;
}

std::uint32_t mode_of(const struct stat& status) { return status.st_mode & 07777u; }

// Lets the owner into folders that he closed to himself, and closes them again at the end.
class OpenedFolders {
 public:
  OpenedFolders() = default;
  OpenedFolders(const OpenedFolders&) = delete;
  OpenedFolders& operator=(const OpenedFolders&) = delete;
  ~OpenedFolders() {
    // Inner ones first. A failure is let go: nobody is there to be told, and the bytes are taken.
    for (; !opened_.empty(); opened_.pop_back()) {
      static_cast<void>(::chmod(opened_.back().path.c_str(), opened_.back().mode));
    }
  }

  void open(const fs::path& path, std::uint32_t mode) {
    constexpr std::uint32_t needed = S_IRUSR | S_IXUSR;
    if ((mode & needed) == needed) return;
    if (::chmod(path.c_str(), mode | needed) != 0) throw IoError("read", path, errno);
    opened_.push_back({path, mode});
  }

 private:
  struct Folder {
    fs::path path;
    std::uint32_t mode;
  };
  std::vector<Folder> opened_;
};

// For reading, even when its owner took the right to read from himself.
Descriptor open_at_any_rate(const fs::path& path) {
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  if (Descriptor file(::open(path.c_str(), flags)); file) return file;
  if (errno != EACCES) throw IoError("read", path, errno);
  const std::uint32_t mode = mode_of(status_of(path));
  if (::chmod(path.c_str(), mode | S_IRUSR) != 0) throw IoError("read", path, EACCES);
  Descriptor file(::open(path.c_str(), flags));
  const int error = errno;
  if (::chmod(path.c_str(), mode) != 0 || !file) throw IoError("read", path, error);
  return file;
}

std::string link_target(const fs::path& path) {
  std::error_code error;
  const fs::path target = fs::read_symlink(path, error);
  if (error) throw IoError("read", path, error.value());
  return target.string();
}

Entry entry_of(const fs::path& path, const struct stat& status) {
  Entry entry;
  entry.mode = mode_of(status);
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      entry.type = Entry::Type::file;
      break;
    case S_IFDIR:
      entry.type = Entry::Type::directory;
      break;
    case S_IFLNK:
      entry.type = Entry::Type::symlink;
      entry.target = link_target(path);
      break;
    case S_IFIFO:
      entry.type = Entry::Type::fifo;
      break;
    case S_IFSOCK:
      throw IoError("take", path, "it is a socket");
    default:
      throw IoError("take", path, "it is a device node");
  }
  return entry;
}

class Walk {
 public:
  Walk(fs::path folder, Manifest& manifest) : folder_(std::move(folder)), manifest_(manifest) {
    opened_.open(folder_, mode_of(status_of(folder_ / "")));
    walk("");
  }

 private:
  void walk(const std::string& below) {
    std::error_code error;
    for (auto it = fs::directory_iterator(folder_ / below, error); it != fs::directory_iterator();
         it.increment(error)) {
      if (error) break;
      visit(below.empty() ? it->path().filename().string() : below + "/" + it->path().filename().string());
    }
    if (error) throw IoError("read", folder_ / below, error.value());
  }

  void visit(const std::string& path) {
    Entry entry = entry_of(folder_ / path, status_of(folder_ / path));
    entry.path = path;
    const bool directory = entry.type == Entry::Type::directory;
    if (directory) opened_.open(folder_ / path, entry.mode);
    manifest_.add(std::move(entry));
    if (directory) walk(path);
  }

  fs::path folder_;
  Manifest& manifest_;
  OpenedFolders opened_;
};

}  // namespace

Manifest Store::take(const fs::path& folder) {
  Manifest manifest;
  const Walk walk(folder, manifest);  // until the end: it keeps closed folders open
  manifest.sort();
  auto& entries = manifest.entries();
  parallel_for(entries.size(), [&](std::size_t i) {
    if (entries[i].type != Entry::Type::file) return;
    const fs::path path = folder / entries[i].path;
    const Stored stored = store_file(*state_, open_at_any_rate(path), path);
    entries[i].digest = stored.digest;
    entries[i].size = stored.size;
  });
  return manifest;
}

}  // namespace kjx::store
