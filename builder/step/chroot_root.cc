#include "step/chroot_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/file.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

struct stat status_of(const fs::path& path) {
  struct stat look {};
  if (::lstat(path.c_str(), &look) != 0) throw IoError("look at", path, errno);
  return look;
}

void make_folder(const fs::path& path, mode_t mode) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw IoError("make folder", path, error.value());
  if (::chmod(path.c_str(), mode) != 0) throw IoError("make folder", path, errno);
}

void make_link(const std::string& target, const fs::path& path) {
  if (::symlink(target.c_str(), path.c_str()) != 0) throw IoError("make link", path, errno);
}

void give(const fs::path& path, uid_t owner) {
  if (::lchown(path.c_str(), owner, owner) != 0) throw IoError("give away", path, errno);
}

void give_all(const fs::path& path, uid_t owner) {
  give(path, owner);
  if (!S_ISDIR(status_of(path).st_mode)) return;
  for (const auto& entry : fs::recursive_directory_iterator(path)) give(entry.path(), owner);
}

void keep_times(const fs::path& path, const struct stat& look) {
  const timespec times[] = {look.st_mtim, look.st_mtim};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    throw IoError("set the time of", path, errno);
}

// A tree of the same names, modes and times. `put` makes a file of the second path from the first.
template <typename Put>
void repeat_tree(const fs::path& from, const fs::path& to, const Put& put) {
  const struct stat look = status_of(from);
  if (S_ISLNK(look.st_mode)) {
    make_link(fs::read_symlink(from).string(), to);
  } else if (S_ISDIR(look.st_mode)) {
    make_folder(to, look.st_mode & 07777);
    for (const auto& entry : fs::directory_iterator(from)) repeat_tree(entry.path(), to / entry.path().filename(), put);
  } else {
    put(from, to, look);
    return;
  }
  keep_times(to, look);
}

void copy_file(const fs::path& from, const fs::path& to, const struct stat& look) {
  copy_file_whole(from, to, look.st_mode & 07777);
  keep_times(to, look);
}

void link_file(const fs::path& from, const fs::path& to, const struct stat& look) {
  if (::link(from.c_str(), to.c_str()) == 0) return;
  if (errno != EXDEV && errno != EMLINK) throw IoError("link", to, errno);
  copy_file(from, to, look);
}

void make_device(const fs::path& path, unsigned minor) {
  constexpr unsigned memory_devices = 1;
  const mode_t before = ::umask(0);
  const int made = ::mknod(path.c_str(), S_IFCHR | 0666, makedev(memory_devices, minor));
  const int error = errno;
  ::umask(before);
  // On a file system mounted "nodev" it can be made, but not opened.
  const Descriptor opened(made == 0 ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1);
  if (opened) return;
  throw Failure(
      Diagnostic{Kind::no_sandbox,
                 {},
                 fmt::format("no chroot can be made: {} is not to be had ({})", path.string(),
                             std::generic_category().message(made == 0 ? errno : error)),
                 "the store's file system must allow devices, and root have CAP_MKNOD outside of a user namespace"});
}

void make_devices(const fs::path& dev) {
  make_folder(dev, 0755);
  make_device(dev / "null", 3);
  make_device(dev / "zero", 5);
  make_device(dev / "full", 7);
  make_device(dev / "random", 8);
  make_device(dev / "urandom", 9);
  make_folder(dev / "shm", 01777);
  make_link("/proc/self/fd", dev / "fd");
  make_link("/proc/self/fd/0", dev / "stdin");
  make_link("/proc/self/fd/1", dev / "stdout");
  make_link("/proc/self/fd/2", dev / "stderr");
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  return path.native().starts_with(folder.native() + "/");
}

}  // namespace

ChrootRoot::ChrootRoot(fs::path folder, fs::path action_folder)
    : folder_(std::move(folder)), action_folder_(std::move(action_folder)) {}

ChrootRoot::~ChrootRoot() {
  try {
    leave();
    remove_tree(folder_);
  } catch (const std::exception&) {
    // What cannot be removed goes with the store's folder for this process.
  }
}

void ChrootRoot::enter(const Sandbox& sandbox) {
  if (!laid_out_) lay_out_tools(sandbox.tools);
  laid_out_ = true;
  lay_out_etc(sandbox);
  remove_tree(folder_ / "tmp");  // each program starts with an empty one
  make_folder(folder_ / "tmp", 01777);
  make_folder(folder_ / "kjx", 0755);
  // Copies first: what is read may lie inside what is moved away.
  for (const auto& mount : sandbox.mounts) {
    if (!mount.writable) copy_in(mount);
  }
  for (const auto& mount : sandbox.mounts) {
    if (mount.writable) move_in(mount);
  }
}

void ChrootRoot::leave() {
  for (; !moved_.empty(); moved_.pop_back()) {
    const fs::path here = at(moved_.back().inside);
    give_all(here, ::geteuid());
    if (::rename(here.c_str(), moved_.back().host.c_str()) != 0) throw IoError("move", here, errno);
  }
}

// As sandbox.cc lays them out; /usr/local stays empty.
void ChrootRoot::lay_out_tools(const fs::path& tools) {
  make_folder(folder_, 0755);
  for (const char* const name : {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
    if (fs::exists(fs::symlink_status(tools / name))) repeat_tree(tools / name, folder_ / name, link_file);
  }
  if (fs::is_directory(fs::symlink_status(folder_ / "usr/local"))) {
    remove_tree(folder_ / "usr/local");
    make_folder(folder_ / "usr/local", 0755);
  }
  make_folder(folder_ / "proc", 0555);
  make_devices(folder_ / "dev");
  make_folder(folder_ / "etc", 0755);
  for (const char* const name : {"etc/alternatives", "etc/ld.so.cache"}) {
    if (fs::exists(fs::symlink_status(tools / name))) repeat_tree(tools / name, folder_ / name, link_file);
  }
}

void ChrootRoot::lay_out_etc(const Sandbox& sandbox) {
  for (const char* const file : {"passwd", "group"}) copy_file_whole(sandbox.accounts / file, folder_ / "etc" / file);
  for (const auto& mount : sandbox.varied) {
    const fs::path to = at(mount.inside);
    copy_file(mount.host, to, status_of(mount.host));
  }
}

void ChrootRoot::copy_in(const work::Mount& mount) {
  const bool may_change = is_inside(mount.host, action_folder_);
  if (!may_change && !copied_.insert(mount.inside + "\n" + mount.host.string()).second) return;
  const fs::path to = at(mount.inside);
  remove_tree(to);
  make_folder(to.parent_path(), 0755);
  repeat_tree(mount.host, to, copy_file);
  give_all(to, account_number);
}

void ChrootRoot::move_in(const work::Mount& mount) {
  const fs::path to = at(mount.inside);
  make_folder(to.parent_path(), 0755);
  remove_tree(to);
  give_all(mount.host, account_number);
  if (::rename(mount.host.c_str(), to.c_str()) != 0) throw IoError("move", mount.host, errno);
  moved_.push_back(mount);
}

}  // namespace kjx::step
