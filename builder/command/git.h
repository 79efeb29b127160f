// What git knows of a folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kjx::command {

// What `git -C FOLDER WORDS...` prints, without newlines at its end; nothing when it fails: there is no git, or the
// folder is in no work tree.
[[nodiscard]] std::optional<std::string> git(const std::filesystem::path& folder, std::vector<std::string> words);

}  // namespace kjx::command
