#include <cerrno>

#include "base/disk.h"
#include "base/error.h"

namespace kjx {

namespace {

// "a/./b/" and "a/b" are one place; the current folder is "".
std::filesystem::path plain(const std::filesystem::path& path) {
  std::filesystem::path normal = path.lexically_normal();
  if (!normal.has_filename() && normal.has_relative_path()) normal = normal.parent_path();
  return normal == "." ? std::filesystem::path() : normal;
}

// What follows `folder` in `file`, or nothing when it does not lie inside.
std::filesystem::path inside(const std::filesystem::path& folder, const std::filesystem::path& file) {
  if (folder.empty()) return file.is_absolute() ? std::filesystem::path() : file;
  auto part = file.begin();
  for (const std::filesystem::path& name : folder) {
    if (part == file.end() || *part != name) return {};
    ++part;
  }
  std::filesystem::path rest;
  for (; part != file.end(); ++part) rest /= *part;
  return rest;
}

}  // namespace

std::optional<std::string> MemoryDisk::read(const std::filesystem::path& path) {
  const auto found = files.find(plain(path));
  if (found != files.end()) return found->second;
  if (list(path)) throw IoError("read", path, EISDIR);
  return std::nullopt;
}

std::optional<std::vector<DirectoryEntry>> MemoryDisk::list(const std::filesystem::path& path) {
  const std::filesystem::path folder = plain(path);
  std::vector<DirectoryEntry> entries;
  // Paths compare by component, so what lies in a folder stands together, sorted as we want it.
  for (auto file = files.lower_bound(folder); file != files.end(); ++file) {
    const std::filesystem::path rest = inside(folder, file->first);
    if (file->first == folder) continue;
    if (rest.empty() && folder.empty()) continue;  // an absolute path is not below the current folder
    if (rest.empty()) break;
    const std::string name = rest.begin()->native();
    if (!entries.empty() && entries.back().name == name) continue;
    const bool is_folder = rest.has_parent_path();
    entries.push_back({name, is_folder, !is_folder && executables.contains(file->first)});
  }
  const bool is_top = folder.empty() || !folder.has_relative_path();
  if (entries.empty() && !is_top) return std::nullopt;
  return entries;
}

std::optional<std::uintmax_t> MemoryDisk::size(const std::filesystem::path& path) {
  const auto found = files.find(plain(path));
  if (found != files.end()) return found->second.size();
  if (list(path)) throw IoError("read", path, EISDIR);
  return std::nullopt;
}

}  // namespace kjx
