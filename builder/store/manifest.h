// A tree as a sorted list of entries; the bytes are in a Store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace kjx::store {

struct Entry {
  enum class Type { file, directory, symlink, character, block, fifo };
  std::string path;  // relative to the tree's root, "usr/bin/sv"; no "." or ".." component; never empty
  Type type = Type::file;
  std::uint32_t mode = 0;  // permission bits with setuid, setgid, sticky
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  Digest digest;            // file
  std::uint64_t size = 0;   // file
  std::string target;       // symlink
  std::uint32_t major = 0;  // character, block
  std::uint32_t minor = 0;

  bool operator==(const Entry&) const = default;
};

// Can a manifest hold this path? Any bytes but NUL, in non-empty components other than "." and "..".
[[nodiscard]] bool valid_path(std::string_view path);
// "usr/bin" of "usr/bin/sv"; empty for a path of one component.
[[nodiscard]] std::string_view parent_of(std::string_view path);

class Manifest {
 public:
  // Adds in any order; `sort` brings entries into order of their path's bytes (all functions below want that).
  void add(Entry entry) { entries_.push_back(std::move(entry)); }
  void sort();
  // Adds 0755 root directories for parents that are missing, then sorts.
  void complete_parents();
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::vector<Entry>& entries() { return entries_; }
  [[nodiscard]] const Entry* find(std::string_view path) const;
  [[nodiscard]] std::uint64_t total_size() const;

  // One entry a line: type, mode, uid:gid, digest or device or "-", size, path, target; spaces, backslashes and control
  // characters in names as \xHH. The same entries give the same text, in whatever order they were added.
  // Throws std::invalid_argument for a path that is not valid or stands twice.
  [[nodiscard]] std::string text() const;
  // Nothing when the text is not one that text() writes.
  static std::optional<Manifest> parse(std::string_view text);

 private:
  std::vector<Entry> entries_;
};

struct Part {
  std::string owner;  // as errors name it: "package 'busybox'"
  Manifest manifest;
  std::vector<std::string> replaces;  // owners whose entries this one may take over
};
struct Conflict {
  std::string path;
  std::string first;  // owners
  std::string second;
  std::string first_as;  // what each has there, for notes: "a link to 'usr/lib'"
  std::string second_as;
  bool operator==(const Conflict&) const = default;
};
// Merges parts. Equal directories may have many owners. Everything else that stands twice is a conflict unless one
// part says it replaces the other; so is a path below what another part has as something else than a directory (then
// the conflict is about that parent). Who replaces also takes away what the replaced part has below a path that is
// no longer a directory. Parents nobody lists are added as 0755 root directories.
struct Merged {
  Manifest manifest;                // of no use when there are conflicts
  std::vector<Conflict> conflicts;  // all of them, sorted by path
};
[[nodiscard]] Merged merge(const std::vector<Part>& parts);

// Does `pattern` match the path? `*` and `?` do not cross "/", `**` does, and `**/` also matches no folder at all; a
// pattern that names a directory matches all below it. A slash at either end says nothing; "[" is an ordinary byte.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view path);

}  // namespace kjx::store
