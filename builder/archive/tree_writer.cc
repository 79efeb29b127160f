#include "archive/tree_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

#include "archive/member.h"
#include "base/error.h"
#include "store/manifest.h"
#include "store/raw_file.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;

constexpr int folder_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// The type bits of what is there; 0 when nothing is.
unsigned type_at(const Descriptor& folder, const std::string& name) {
  struct stat status {};
  return ::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_mode & S_IFMT : 0;
}

// Why a folder that cannot be entered cannot.
[[noreturn]] void refuse_entering(const Descriptor& folder, const std::string& name, std::string_view path) {
  if (type_at(folder, name) == S_IFLNK) throw Refusal(fmt::format("would be written through the link {}", shown(path)));
  throw Refusal(fmt::format("has {} as a folder, which is something else", shown(path)));
}

}  // namespace

TreeWriter::TreeWriter(const fs::path& into, std::int64_t mtime) : into_(into), mtime_(mtime) {
  std::error_code error;
  fs::create_directories(into, error);
  if (error) throw IoError("make", into, error.value());
  root_ = store::open_file("write to", into, O_PATH | O_DIRECTORY);
  parent_ = walk("", false);
}

Descriptor TreeWriter::enter(const Descriptor& folder, const std::string& name, std::string_view path, bool make) {
  Descriptor next(::openat(folder.get(), name.c_str(), folder_flags));
  if (!next && errno == ENOENT && make) {
    if (::mkdirat(folder.get(), name.c_str(), 0700) != 0) throw IoError("make", into_ / path, errno);
    directories_.emplace(path, 0755);
    next = Descriptor(::openat(folder.get(), name.c_str(), folder_flags));
  }
  if (!next && (errno == ENOTDIR || errno == ELOOP)) refuse_entering(folder, name, path);
  if (!next) throw IoError("write", into_ / path, errno);
  return next;
}

Descriptor TreeWriter::walk(std::string_view path, bool make) {
  Descriptor folder(::openat(root_.get(), ".", folder_flags));
  if (!folder) throw IoError("write to", into_, errno);
  for (std::size_t at = 0; at < path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    folder = enter(folder, std::string(path.substr(at, end - at)), path.substr(0, end), make);
    at = end + 1;
  }
  return folder;
}

const Descriptor& TreeWriter::parent(const std::string& path) {
  const auto wanted = store::parent_of(path);
  if (wanted != parent_path_) {
    parent_ = walk(wanted, true);
    parent_path_ = wanted;
  }
  return parent_;
}

void TreeWriter::make_room(const Descriptor& folder, const std::string& path) {
  if (::unlinkat(folder.get(), name_of(path).c_str(), 0) == 0 || errno == ENOENT) return;
  if (errno == EISDIR) throw Refusal("is a folder as well as something else");
  throw IoError("replace", into_ / path, errno);
}

void TreeWriter::set_time(const Descriptor& folder, const std::string& path) const {
  const timespec time{.tv_sec = mtime_, .tv_nsec = 0};
  const std::array<timespec, 2> times{time, time};
  if (::utimensat(folder.get(), name_of(path).c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
    throw IoError("set the time of", into_ / path, errno);
  }
}

void TreeWriter::directory(const std::string& path, std::uint32_t mode) {
  enter(parent(path), name_of(path), path, true);
  directories_[path] = mode;
}

void TreeWriter::file(const std::string& path, std::uint32_t mode,
                      const std::function<void(const Descriptor& file)>& fill) {
  const Descriptor& folder = parent(path);
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Descriptor file(::openat(folder.get(), name_of(path).c_str(), flags, 0600));
  if (!file && errno == EEXIST) {
    make_room(folder, path);
    file = Descriptor(::openat(folder.get(), name_of(path).c_str(), flags, 0600));
  }
  if (!file) throw IoError("write", into_ / path, errno);
  fill(file);
  store::finish_file(file, mode, mtime_, into_ / path);
}

void TreeWriter::symlink(const std::string& path, const std::string& target) {
  const Descriptor& folder = parent(path);
  make_room(folder, path);
  if (::symlinkat(target.c_str(), folder.get(), name_of(path).c_str()) != 0) {
    throw IoError("make", into_ / path, errno);
  }
  set_time(folder, path);
}

void TreeWriter::hard_link(const std::string& path, const std::string& target) {
  const Descriptor from = [&] {
    try {
      return walk(store::parent_of(target), false);
    } catch (const IoError&) {
      return Descriptor();
    }
  }();
  if (path == target || !from || type_at(from, name_of(target)) != S_IFREG) {
    throw Refusal(fmt::format("is a hard link to {}, which is no file of the archive", shown(target)));
  }
  const Descriptor& folder = parent(path);
  make_room(folder, path);
  if (::linkat(from.get(), name_of(target).c_str(), folder.get(), name_of(path).c_str(), 0) != 0) {
    throw IoError("make", into_ / path, errno);
  }
}

void TreeWriter::finish() {
  const timespec time{.tv_sec = mtime_, .tv_nsec = 0};
  const std::array<timespec, 2> times{time, time};
  while (!directories_.empty()) {  // inner ones first
    const auto [path, mode] = *std::prev(directories_.end());
    const Descriptor& folder = parent(path);
    if (::fchmodat(folder.get(), name_of(path).c_str(), mode, 0) != 0) throw IoError("write", into_ / path, errno);
    set_time(folder, path);
    directories_.erase(path);
  }
  if (::utimensat(root_.get(), ".", times.data(), 0) != 0) throw IoError("set the time of", into_, errno);
}

}  // namespace kjx::archive
