// A copy of a source for a person to edit, and how it differs from what it was copied from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kjx::step {

// One file that is not as it was. Folders count by what is in them.
struct FileChange {
  enum class Kind { added, removed, changed, mode };
  Kind kind = Kind::changed;  // mode: its bytes are as they were
  std::string path;           // from the top of the tree
  bool was_executable = false;
  bool is_executable = false;

  bool operator==(const FileChange&) const = default;
};

// Sorted by path. A file of the same size that is as old as all of a source is taken to be the same; what editors and
// patch(1) leave behind (x~, x.orig, x.rej, .x.swp) is passed over. Throws Failure (bad-value) for what no patch can
// hold: a link, or anything else that is no file, that came, went or changed.
[[nodiscard]] std::vector<FileChange> file_changes(const std::filesystem::path& pristine,
                                                   const std::filesystem::path& edited);

// FOLDER/source: a copy of `pristine`, as old as that. One that is there is left as it is, as long as it was copied
// from the same; of another one it is made anew, unless it was edited: then Failure (input-changed). `fresh` makes it
// anew in any case.
[[nodiscard]] std::filesystem::path work_copy(const std::filesystem::path& pristine,
                                              const std::filesystem::path& folder, bool fresh);

// Does FOLDER/source look otherwise than when it was copied? What became a patch since does, too.
[[nodiscard]] bool was_edited(const std::filesystem::path& folder);

}  // namespace kjx::step
