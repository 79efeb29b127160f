#include "step/source_tree.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <regex>

#include "archive/unpack.h"
#include "base/error.h"
#include "base/file.h"
#include "work/work.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

struct stat look_at(const fs::path& path) {
  struct stat look {};
  if (::lstat(path.c_str(), &look) != 0) throw IoError("look at", path, errno);
  return look;
}

// Everything below `tree`, parents before what is in them, sorted.
std::vector<fs::path> entries_of(const fs::path& tree) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(tree, error), end; !error && entry != end; entry.increment(error)) {
    entries.push_back(entry->path());
  }
  if (error) throw IoError("read", tree, error.value());
  std::sort(entries.begin(), entries.end());
  return entries;
}

// Nobody's build may depend on who unpacked it: 0755 or 0644. Its owner may write: a Makefile that copies a file and
// appends to the copy would fail on 0444; the sandbox mounts the tree read-only, and the stamp sees what is changed all
// the same.
void close(const fs::path& path) {
  const struct stat look = look_at(path);
  const mode_t mode = S_ISDIR(look.st_mode) || (look.st_mode & S_IXUSR) != 0 ? 0755 : 0644;
  if (!S_ISLNK(look.st_mode) && ::chmod(path.c_str(), mode) != 0) throw IoError("protect", path, errno);
  set_mtime(path, work::source_mtime);
}

// The root stays writable: a folder that may not be written cannot be moved to another parent.
void close_below(const fs::path& tree) {
  std::vector<fs::path> entries = entries_of(tree);
  std::for_each(entries.rbegin(), entries.rend(), close);
}

// What patch(1) says of a hunk that does not fit: "Hunk #2 FAILED at 120." after "patching file libbb/appletlib.c".
struct Misfit {
  std::string file;
  std::string hunk;
};

Misfit misfit_in(const std::string& output) {
  static const std::regex file("(?:^|\n)(?:patching|checking) file '?([^'\n]*)'?");
  static const std::regex hunk("Hunk #([0-9]+) (?:FAILED|ignored)[^\n]*?at ([0-9]+)");
  std::smatch found;
  if (!std::regex_search(output, found, hunk)) return {};
  Misfit misfit{"", fmt::format("hunk #{} (line {})", found[1].str(), found[2].str())};
  const std::string before = found.prefix();
  for (std::sregex_iterator name(before.begin(), before.end(), file), end; name != end; ++name)
    misfit.file = (*name)[1];
  return misfit;
}

std::string last_line(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return std::string(text.substr(text.find_last_of('\n') + 1));
}

Failure patch_failure(const SourceTree& wanted, const Patch& patch, const std::string& output) {
  const Misfit misfit = misfit_in(output);
  std::string message = fmt::format("patch '{}' does not apply to {}", patch.name, wanted.name);
  if (!misfit.hunk.empty()) {
    message += misfit.file.empty() ? fmt::format(": {} does not fit", misfit.hunk)
                                   : fmt::format(": {} of '{}' does not fit", misfit.hunk, misfit.file);
  } else {
    message += ": " + last_line(output);
  }
  return Failure(
      Diagnostic{Kind::patch_failed, patch.where, message,
                 "patches apply in filename order, with -p1 and no fuzz: make the patch anew against this version"});
}

void apply(const SourceTree& wanted, const fs::path& tree, const Unpacking& unpacking) {
  for (const Patch& patch : wanted.patches) {
    unpacking.log(fmt::format("applying {}", patch.name));
    std::string output;
    if (unpacking.patch(tree, patch, output) != 0) throw patch_failure(wanted, patch, output);
  }
}

void drop(const fs::path& tree) {
  remove_tree(stamp_file(tree));
  remove_tree(tree);
}

void make(const SourceTree& wanted, store::Store& store, const Unpacking& unpacking, const fs::path& tree) {
  const fs::path archive = store.path_of(wanted.archive);
  TemporaryFolder folder(store.tmp(), "unpack");
  unpacking.log(fmt::format("unpacking the source of {}", wanted.name));
  archive::unpack(archive, wanted.name, folder.path(), {wanted.strip, work::source_mtime, unpacking.progress});
  apply(wanted, folder.path(), unpacking);
  close_below(folder.path());
  commit_point("unpacked.before-rename");
  if (::rename(folder.path().c_str(), tree.c_str()) != 0) throw IoError("move", tree, errno);
  folder.release();
  commit_point("unpacked.before-stamp");
  close(tree);
  write_file(stamp_file(tree), stamp_of(tree).hex());
  commit_point("unpacked.after-stamp");
}

}  // namespace

Digest source_tree_key(const SourceTree& wanted) {
  nlohmann::json key = {{"revision", unpack_revision}, {"archive", wanted.archive.hex()}, {"strip", wanted.strip}};
  key["patches"] = nlohmann::json::array();
  for (const Patch& patch : wanted.patches) key["patches"].push_back(patch.digest.hex());
  return digest_of(key.dump());
}

fs::path stamp_file(const fs::path& tree) {
  fs::path stamp = tree;
  return stamp += ".stamp";
}

bool is_whole(const fs::path& tree) {
  std::error_code error;
  if (!fs::is_directory(tree, error) || !fs::is_regular_file(stamp_file(tree), error)) return false;
  return read_file(stamp_file(tree)) == stamp_of(tree).hex();
}

Digest stamp_of(const fs::path& tree) {
  Sha256 sha;
  for (const fs::path& entry : entries_of(tree)) {
    const struct stat look = look_at(entry);
    const std::string_view path = std::string_view(entry.native()).substr(tree.native().size());
    // A folder's size says what its file system likes, not what is in it.
    const auto size = S_ISDIR(look.st_mode) ? 0 : look.st_size;
    sha.update(fmt::format("{:o} {} {}.{} {} {}\n", look.st_mode, size, look.st_mtim.tv_sec, look.st_mtim.tv_nsec,
                           path.size(), path));
  }
  return sha.finish();
}

fs::path source_tree(const SourceTree& wanted, store::Store& store, const Unpacking& unpacking) {
  const std::string key = source_tree_key(wanted).hex();
  const fs::path tree = store.unpacked() / key;
  const auto lock = store.lock("unpack-" + key, unpacking.waiting);
  if (!is_whole(tree)) {
    drop(tree);
    make(wanted, store, unpacking, tree);
  }
  return tree;
}

}  // namespace kjx::step
