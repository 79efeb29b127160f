// out/edited/NAME: where `kjx shell` lays out what is built, and keeps the source that was edited.
#pragma once

#include <filesystem>
#include <string>

#include "command/workspace.h"

namespace kjx::command {

[[nodiscard]] inline std::filesystem::path work_folders(const Workspace& workspace) { return workspace.out / "edited"; }

[[nodiscard]] inline std::filesystem::path work_folder(const Workspace& workspace, const std::string& name) {
  return work_folders(workspace) / name;
}

// Held by whoever is in there.
[[nodiscard]] inline std::filesystem::path lock_of(const std::filesystem::path& folder) {
  return folder.parent_path() / (folder.filename().string() + ".lock");
}

}  // namespace kjx::command
