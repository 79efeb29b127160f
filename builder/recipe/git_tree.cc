#include "recipe/git_tree.h"

namespace kjx::recipe {

namespace fs = std::filesystem;

namespace {

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

bool is_object_name(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// What stands behind `key` in a file of one such line.
std::optional<std::string> value_of(const std::optional<std::string>& text, std::string_view key) {
  if (!text || !text->starts_with(key)) return std::nullopt;
  return first_line(std::string_view(*text).substr(key.size()));
}

struct Places {
  fs::path git;     // the folder with HEAD
  fs::path shared;  // the folder with the branches
};

// `.git`, or where the file `.git` says (a submodule, a further work tree: that one shares the first one's branches).
// Absent files are not asked for in `.git` itself: its time changes with everything git does, and kjx would plan anew.
std::optional<Places> git_places(Disk& disk, const fs::path& top) {
  const auto git = top / ".git";
  if (disk.read(git / "HEAD")) return Places{git, git};
  if (disk.list(git)) return std::nullopt;  // a folder of that name, and not git's
  const auto elsewhere = value_of(disk.read(git), "gitdir: ");
  if (!elsewhere) return std::nullopt;
  const auto there = (top / *elsewhere).lexically_normal();
  const auto shared = disk.read(there / "commondir");
  return Places{there, shared ? (there / first_line(*shared)).lexically_normal() : there};
}

// Of a branch whose own file was packed with others into one: "NAME REF" a line.
std::string packed(Disk& disk, const fs::path& common, const std::string& ref) {
  const auto all = disk.read(common / "packed-refs").value_or("");
  const auto at = all.find(" " + ref + "\n");
  if (at == std::string::npos) return "";
  const auto line = all.rfind('\n', at);
  return all.substr(line == std::string::npos ? 0 : line + 1, at - (line == std::string::npos ? 0 : line + 1));
}

std::string commit_of(Disk& disk, const Places& places) {
  const auto head = disk.read(places.git / "HEAD");
  const auto ref = value_of(head, "ref: ");
  if (!ref) return first_line(head.value_or(""));
  const auto loose = disk.read(places.shared / *ref);
  return loose ? first_line(*loose) : packed(disk, places.shared, *ref);
}

}  // namespace

std::optional<GitTree> git_tree(Disk& disk, const fs::path& folder) {
  for (auto top = folder;; top = top.parent_path()) {
    if (const auto places = git_places(disk, top)) {
      const auto commit = commit_of(disk, *places);
      return GitTree{top, is_object_name(commit) ? commit : ""};
    }
    if (top == top.root_path()) return std::nullopt;
  }
}

}  // namespace kjx::recipe
