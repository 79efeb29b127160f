#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"

namespace kjx {

namespace {

Descriptor open_lock(const std::filesystem::path& path) {
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file) throw IoError("lock", path, errno);
  return file;
}

std::string holder_of(int file) {
  std::array<char, 256> text{};
  const ssize_t got = ::pread(file, text.data(), text.size(), 0);
  return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : "another process";
}

void take(int file, const std::filesystem::path& path, bool& told,
          const std::function<void(std::string_view)>& waiting) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) throw IoError("lock", path, errno);
  if (waiting && !told) waiting(holder_of(file));
  told = true;
  while (::flock(file, LOCK_EX) != 0) {
    if (errno != EINTR) throw IoError("lock", path, errno);
  }
}

// The lock file may have been removed, with its whole folder, while we waited for it.
bool still_there(int file, const std::filesystem::path& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(file, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

void sign(int file, const std::filesystem::path& path) {
  const std::string holder =
      fmt::format("pid {}, since {:%Y-%m-%d %H:%M:%S} UTC", ::getpid(), fmt::gmtime(std::time(nullptr)));
  const bool signed_whole = ::ftruncate(file, 0) == 0 &&
                            ::pwrite(file, holder.data(), holder.size(), 0) == static_cast<ssize_t>(holder.size());
  if (!signed_whole) throw IoError("lock", path, errno);
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& path, const std::function<void(std::string_view)>& waiting) {
  bool told = false;
  while (true) {
    Descriptor file = open_lock(path);
    take(file.get(), path, told, waiting);
    if (!still_there(file.get(), path)) continue;
    sign(file.get(), path);
    file_ = std::move(file);
    return;
  }
}

}  // namespace kjx
