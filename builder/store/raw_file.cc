#include "store/raw_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"

namespace kjx::store {

Descriptor open_file(std::string_view verb, const std::filesystem::path& path, int flags, std::uint32_t mode) {
  Descriptor file(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!file) throw IoError(verb, path, errno);
  return file;
}

void write_all(const Descriptor& to, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw IoError("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void finish_file(const Descriptor& file, std::uint32_t mode, std::int64_t mtime, const std::filesystem::path& path) {
  const timespec time{.tv_sec = mtime, .tv_nsec = 0};
  const std::array<timespec, 2> times{time, time};
  if (::fchmod(file.get(), mode) != 0) throw IoError("set the mode of", path, errno);
  if (::futimens(file.get(), times.data()) != 0) throw IoError("set the time of", path, errno);
}

}  // namespace kjx::store
