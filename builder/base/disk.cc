#include "base/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/descriptor.h"
#include "base/error.h"

namespace kjx {

namespace {

// A file where a folder was expected counts as absent as well.
bool means_absent(int error) { return error == ENOENT || error == ENOTDIR; }

// The size is a guess that saves reads: one more byte is asked for, so that a short read proves the end.
std::string read_whole(int file, std::size_t guess, const std::filesystem::path& path) {
  std::string bytes(guess + 1, '\0');
  std::size_t filled = 0;
  while (true) {
    const ssize_t got = ::read(file, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("read", path, errno);
    filled += static_cast<std::size_t>(got);
    if (got == 0 || filled == guess) break;
    if (filled == bytes.size()) bytes.resize(2 * bytes.size() + 4096);
  }
  bytes.resize(filled);
  return bytes;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

DirectoryEntry entry_of(DIR* folder, const dirent& found) {
  DirectoryEntry entry{.name = found.d_name};
  entry.directory = found.d_type == DT_DIR;
  if (entry.directory) return entry;  // spares the stat: most entries of a recipe folder are folders
  struct stat status {};
  if (::fstatat(::dirfd(folder), found.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return entry;
  entry.directory = S_ISDIR(status.st_mode);
  entry.symlink = S_ISLNK(status.st_mode);
  entry.executable = S_ISREG(status.st_mode) && (status.st_mode & S_IXUSR) != 0;
  return entry;
}

}  // namespace

std::optional<std::string> RealDisk::read(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && means_absent(errno)) return std::nullopt;
  if (!file) throw IoError("read", path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw IoError("read", path, errno);
  return read_whole(file.get(), static_cast<std::size_t>(status.st_size), path);
}

std::optional<std::vector<DirectoryEntry>> RealDisk::list(const std::filesystem::path& path) {
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.empty() ? "." : path.c_str()));
  if (!folder && means_absent(errno)) return std::nullopt;
  if (!folder) throw IoError("list", path, errno);
  std::vector<DirectoryEntry> entries;
  errno = 0;
  while (const dirent* found = ::readdir(folder.get())) {
    const std::string_view name = found->d_name;
    if (name != "." && name != "..") entries.push_back(entry_of(folder.get(), *found));
    errno = 0;
  }
  if (errno != 0) throw IoError("list", path, errno);
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

std::optional<std::uintmax_t> RealDisk::size(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw IoError("read", path, EISDIR);
    return static_cast<std::uintmax_t>(status.st_size);
  }
  if (means_absent(errno)) return std::nullopt;
  throw IoError("read", path, errno);
}

std::optional<std::string> RecordingDisk::read(const std::filesystem::path& path) {
  std::optional<std::string> bytes = disk_.read(path);
  if (bytes) {
    touched.insert(path);
  } else {
    absent(path);
  }
  return bytes;
}

std::optional<std::vector<DirectoryEntry>> RecordingDisk::list(const std::filesystem::path& path) {
  std::optional<std::vector<DirectoryEntry>> entries = disk_.list(path);
  if (entries) {
    touched.insert(path.empty() ? "." : path);
  } else {
    absent(path);
  }
  return entries;
}

std::optional<std::uintmax_t> RecordingDisk::size(const std::filesystem::path& path) {
  const std::optional<std::uintmax_t> bytes = disk_.size(path);
  if (bytes) {
    touched.insert(path);
  } else {
    absent(path);
  }
  return bytes;
}

void RecordingDisk::absent(const std::filesystem::path& path) {
  std::filesystem::path at = path;
  // It may be there as something else: a file that was asked for as a folder.
  while (!touched.contains(at) && !disk_.list(at) && !disk_.size(at)) {
    std::filesystem::path parent = at.has_relative_path() ? at.parent_path() : at;
    if (parent.empty()) parent = ".";
    if (parent == at) return;
    at = std::move(parent);
  }
  touched.insert(std::move(at));
}

}  // namespace kjx
