#include "store/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;

bool lock_at_once(const Descriptor& folder) { return folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0; }

// Somebody may have taken the folder for a leftover in the moment before it was locked.
bool still_there(const Descriptor& folder) {
  struct stat status {};
  return ::fstat(folder.get(), &status) == 0 && status.st_nlink > 0;
}

fs::path make_folder(const fs::path& tmp) {
  std::string name = (tmp / fmt::format("{}-XXXXXX", ::getpid())).string();
  if (::mkdtemp(name.data()) == nullptr) throw IoError("make a folder in", tmp, errno);
  return name;
}

}  // namespace

Session::Session(const fs::path& tmp) {
  do {
    folder_ = make_folder(tmp);
    lock_ = Descriptor(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  } while (!lock_at_once(lock_) || !still_there(lock_));
}

Session::~Session() {
  try {
    remove_tree(folder_);
  } catch (const IoError&) {
    // The next start tries again.
  }
}

// With the process number, because a forked child shares the folder and the count so far.
fs::path Session::new_path() { return folder_ / fmt::format("{}.{}", ::getpid(), ++made_); }

void remove_leftovers(const fs::path& tmp) {
  std::error_code gone;  // others may be removing too
  for (const auto& entry : fs::directory_iterator(tmp, gone)) {
    const Descriptor folder(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (lock_at_once(folder)) remove_tree(entry.path());
  }
}

}  // namespace kjx::store
