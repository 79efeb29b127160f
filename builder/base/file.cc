// Nothing is synced to the disk: rename guards against a killed process, which is what happens to builds. After a
// power failure, the store's digests find what was lost.
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <vector>

#include "base/descriptor.h"
#include "base/disk.h"
#include "base/error.h"

namespace kjx {

namespace {

constexpr std::string_view temporary_prefix = ".kjx-";

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw IoError("make folder", folder, error.value());
}

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  static std::atomic<unsigned> count = 0;
  return folder_of(path) / fmt::format("{}{}-{}", temporary_prefix, ::getpid(), count++);
}

// Says "in use": a process id alone means little when containers share a folder. Best effort, hence unchecked.
void claim(int descriptor) { static_cast<void>(::flock(descriptor, LOCK_EX | LOCK_NB)); }

bool is_claimed(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return file && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0;
}

// A file under a temporary name that takes its real one when it is whole, and vanishes otherwise.
class Draft {
 public:
  explicit Draft(const std::filesystem::path& path) : path_(path), temporary_(temporary_beside(path)) {
    file_ = open();
    if (!file_ && errno == ENOENT) {
      make_folder(folder_of(path));
      file_ = open();
    }
    if (!file_) throw IoError("write", path, errno);
    claim(file_.get());
  }
  ~Draft() {
    if (!done_) ::unlink(temporary_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] int file() const { return file_.get(); }
  void publish(std::uint32_t mode) {
    // Not by open's argument, which the caller's umask would change.
    if (::fchmod(file_.get(), mode) != 0) throw IoError("write", path_, errno);
    file_.reset();
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw IoError("write", path_, errno);
    done_ = true;
  }

 private:
  Descriptor open() const {
    return Descriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  }

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  Descriptor file_;
  bool done_ = false;
};

void write_all(int file, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw IoError("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void copy_by_hand(int from, int to, const std::filesystem::path& source, const std::filesystem::path& target) {
  std::vector<char> buffer(std::size_t{256} * 1024);
  while (true) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("read", source, errno);
    if (got == 0) return;
    write_all(to, {buffer.data(), static_cast<std::size_t>(got)}, target);
  }
}

// Whether the kernel copied the whole file. If not, both files stand where it stopped, and copying by hand goes on.
bool copy_in_kernel(int from, int to) {
  constexpr std::size_t piece = std::size_t{1} << 30;
  bool any = false;
  while (true) {
    const ssize_t got = ::copy_file_range(from, nullptr, to, nullptr, piece, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    // Some file systems (/proc) answer 0 although there is something to read.
    if (got == 0) return any;
    any = true;
  }
}

// Makes every folder below `path` writable, so that what is in it can be removed.
void open_folders(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, error);
  // Its own folders are opened before the iterator steps down into them.
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_symlink(ignored) && entry->is_directory(ignored)) {
      fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
  }
}

// The process that made the temporary file `name`; 0 when it is none.
pid_t maker_of(std::string_view name) {
  if (!name.starts_with(temporary_prefix)) return 0;
  name.remove_prefix(temporary_prefix.size());
  pid_t maker = 0;
  const auto [rest, error] = std::from_chars(name.data(), name.data() + name.size(), maker);
  const bool whole = error == std::errc() && rest != name.data() + name.size() && *rest == '-';
  return whole ? maker : 0;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::optional<std::string> bytes = RealDisk().read(path);
  if (!bytes) throw IoError("read", path, ENOENT);
  return std::move(*bytes);
}

void write_file(const std::filesystem::path& path, std::string_view bytes, std::uint32_t mode) {
  Draft draft(path);
  write_all(draft.file(), bytes, path);
  draft.publish(mode);
}

bool write_file_if_changed(const std::filesystem::path& path, std::string_view bytes) {
  RealDisk disk;
  if (disk.size(path) == bytes.size() && disk.read(path) == bytes) return false;
  write_file(path, bytes);
  return true;
}

void copy_file_whole(const std::filesystem::path& from, const std::filesystem::path& to, std::uint32_t mode) {
  const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) throw IoError("read", from, errno);
  Draft draft(to);
  const bool cloned = ::ioctl(draft.file(), FICLONE, source.get()) == 0;
  if (!cloned && !copy_in_kernel(source.get(), draft.file())) copy_by_hand(source.get(), draft.file(), from, to);
  draft.publish(mode);
}

void remove_tree(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (!error) return;
  open_folders(path);
  error.clear();
  std::filesystem::remove_all(path, error);
  if (error) throw IoError("remove", path, error.value());
}

void remove_stale_temporaries(const std::filesystem::path& folder) {
  // By names alone, without a look at each file: every step does this.
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const pid_t maker = maker_of(entry->path().filename().native());
    const bool gone = maker > 0 && ::kill(maker, 0) != 0 && errno == ESRCH;
    if (gone && !is_claimed(entry->path())) remove_tree(entry->path());
  }
}

void set_mtime(const std::filesystem::path& path, std::int64_t seconds) {
  const timespec time{.tv_sec = seconds, .tv_nsec = 0};
  const timespec both[] = {time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), both, AT_SYMLINK_NOFOLLOW) != 0)
    throw IoError("set the time of", path, errno);
}

TemporaryFolder::TemporaryFolder(const std::filesystem::path& parent, std::string_view prefix) {
  make_folder(parent);
  static std::atomic<unsigned> count = 0;
  while (true) {
    path_ = parent / fmt::format("{}{}-{}-{}", temporary_prefix, ::getpid(), prefix, count++);
    if (::mkdir(path_.c_str(), 0700) == 0) break;
    if (errno != EEXIST) throw IoError("make folder", path_, errno);
  }
  claim_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  claim(claim_.get());
}

TemporaryFolder::~TemporaryFolder() {
  if (released_) return;
  try {
    remove_tree(path_);
  } catch (const IoError&) {
    // What cannot be removed stays behind under its telling name; remove_stale_temporaries tries again.
  }
}

}  // namespace kjx
