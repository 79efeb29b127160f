#include "step/work_copy.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "diag/diagnostic.h"
#include "step/source_tree.h"
#include "work/work.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

using Entries = std::map<std::string, struct stat>;

bool is_left_behind(const std::string& name) {
  constexpr std::array<std::string_view, 3> endings{"~", ".orig", ".rej"};
  for (const auto ending : endings) {
    if (name.ends_with(ending)) return true;
  }
  return name.starts_with(".") && name.ends_with(".swp");
}

Entries entries_in(const fs::path& tree) {
  Entries entries;
  for (const auto& entry : fs::recursive_directory_iterator(tree)) {
    struct stat look {};
    if (::lstat(entry.path().c_str(), &look) != 0) throw IoError("look at", entry.path(), errno);
    if (!S_ISDIR(look.st_mode)) entries.emplace(entry.path().lexically_relative(tree).string(), look);
  }
  return entries;
}

bool is_executable(const struct stat& look) { return (look.st_mode & S_IXUSR) != 0; }

bool same_bytes(const fs::path& a, const struct stat& before, const fs::path& b, const struct stat& after) {
  if (before.st_size != after.st_size) return false;
  return after.st_mtime == work::source_mtime || read_file(a) == read_file(b);
}

[[noreturn]] void no_file(const std::string& path, std::string_view what) {
  throw Failure(Diagnostic{Kind::bad_value,
                           {},
                           fmt::format("a patch cannot hold '{}': {}", path, what),
                           "take that change back; a link in the image is an entry of initramfs/initramfs.yaml"});
}

FileChange one_sided(FileChange::Kind kind, const std::string& path, const struct stat& look) {
  if (!S_ISREG(look.st_mode)) no_file(path, "it is no plain file");
  return {kind, path, is_executable(look), is_executable(look)};
}

bool same_link(const fs::path& a, const fs::path& b) { return fs::read_symlink(a) == fs::read_symlink(b); }

void compare(const fs::path& pristine, const struct stat& before, const fs::path& edited, const struct stat& after,
             const std::string& path, std::vector<FileChange>& changes) {
  if (S_ISLNK(before.st_mode) && S_ISLNK(after.st_mode) && same_link(pristine / path, edited / path)) return;
  if (!S_ISREG(before.st_mode) || !S_ISREG(after.st_mode)) no_file(path, "it is a link, or was one");
  const bool same = same_bytes(pristine / path, before, edited / path, after);
  if (same && is_executable(before) == is_executable(after)) return;
  changes.push_back(
      {same ? FileChange::Kind::mode : FileChange::Kind::changed, path, is_executable(before), is_executable(after)});
}

void copy_tree(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  for (const auto& entry : fs::recursive_directory_iterator(to)) set_mtime(entry.path(), work::source_mtime);
}

// What is known of a copy: the name of what it was copied from, and its looks then.
fs::path note_of(const fs::path& folder) { return folder / "source.from"; }

void make_copy(const fs::path& pristine, const fs::path& folder) {
  const fs::path copy = folder / "source";
  remove_tree(note_of(folder));
  remove_tree(copy);
  const TemporaryFolder temporary(folder, "copy");
  copy_tree(pristine, temporary.path() / "source");
  fs::rename(temporary.path() / "source", copy);
  write_file(note_of(folder), fmt::format("{}\n{}\n", pristine.filename().string(), stamp_of(copy).hex()));
}

}  // namespace

std::vector<FileChange> file_changes(const fs::path& pristine, const fs::path& edited) {
  const Entries before = entries_in(pristine);
  const Entries after = entries_in(edited);
  std::map<std::string, std::pair<const struct stat*, const struct stat*>> both;
  for (const auto& [path, look] : before) both[path].first = &look;
  for (const auto& [path, look] : after) both[path].second = &look;
  std::vector<FileChange> changes;
  for (const auto& [path, looks] : both) {
    const auto& [was, is] = looks;
    if (was != nullptr && is != nullptr) {
      compare(pristine, *was, edited, *is, path, changes);
    } else if (was != nullptr) {
      changes.push_back(one_sided(FileChange::Kind::removed, path, *was));
    } else if (!is_left_behind(fs::path(path).filename())) {
      changes.push_back(one_sided(FileChange::Kind::added, path, *is));
    }
  }
  return changes;
}

fs::path work_copy(const fs::path& pristine, const fs::path& folder, bool fresh) {
  const fs::path copy = folder / "source";
  const bool known = fs::exists(note_of(folder)) && fs::is_directory(copy);
  const std::string note = known ? read_file(note_of(folder)) : "";
  const std::string from = note.substr(0, note.find('\n'));
  if (known && !fresh && from == pristine.filename().string()) return copy;
  const bool edited = was_edited(folder);
  // What was edited may have become a patch since: then it is the source.
  if (edited && !fresh && !file_changes(pristine, copy).empty()) {
    throw Failure(
        Diagnostic{Kind::input_changed,
                   {},
                   fmt::format("{} was edited, and what it was copied from is another source by now", copy.string()),
                   "keep your edits elsewhere, then start over with `kjx shell --fresh`"});
  }
  make_copy(pristine, folder);
  return copy;
}

bool was_edited(const fs::path& folder) {
  if (!fs::is_directory(folder / "source") || !fs::exists(note_of(folder))) return false;
  const std::string note = read_file(note_of(folder));
  return note != fmt::format("{}\n{}\n", note.substr(0, note.find('\n')), stamp_of(folder / "source").hex());
}

}  // namespace kjx::step
