// Writing and copying on the host's disk. Whatever is written appears whole, by rename, or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace kjx {

// All of them throw IoError.

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

// Writes a temporary file beside `path` (creating its folder), then renames it. `mode` is a POSIX permission mask.
void write_file(const std::filesystem::path& path, std::string_view bytes, std::uint32_t mode = 0644);

// As write_file, but leaves the file and its modification time alone when it holds these bytes already.
// Returns whether it wrote.
bool write_file_if_changed(const std::filesystem::path& path, std::string_view bytes);

// Copies bytes (by reflink where the file system can) through a temporary file and rename; never a hard link.
void copy_file_whole(const std::filesystem::path& from, const std::filesystem::path& to, std::uint32_t mode = 0644);

// Removes a tree even when folders in it are read-only. Absent is fine.
void remove_tree(const std::filesystem::path& path);

// Removes the temporary files and folders that killed processes left directly in `folder`. Those of living ones stay.
void remove_stale_temporaries(const std::filesystem::path& folder);

// Sets access and modification time (seconds since 1970, UTC) without following links.
void set_mtime(const std::filesystem::path& path, std::int64_t seconds);

// A folder of its own, made on construction inside `parent` and removed with everything in it on destruction
// unless released. Who releases it also renames it, or remove_stale_temporaries takes it one day.
class TemporaryFolder {
 public:
  TemporaryFolder(const std::filesystem::path& parent, std::string_view prefix);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void release() { released_ = true; }

 private:
  std::filesystem::path path_;
  Descriptor claim_;
  bool released_ = false;
};

// A numbered place where killing the process must do no harm. Tests set KJX_KILL_AT=N to be killed (SIGKILL) at the
// N-th point passed by this process, and may name a file in KJX_COMMIT_LOG to which every point's name is appended.
// Otherwise it does nothing.
void commit_point(std::string_view name);

// An exclusive lock on a file (flock), held until destruction; it goes with the process, however that ends.
class FileLock {
 public:
  // Waits. `waiting` is called once, with the holder's text, when the lock is not free at once.
  FileLock(const std::filesystem::path& path, const std::function<void(std::string_view holder)>& waiting);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  Descriptor file_;
};

}  // namespace kjx
