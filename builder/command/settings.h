// out/settings.json: what steps need to know of the workspace. Not in their command lines, so that another store or
// sandbox mode does not look to Ninja like other work; whatever changes bytes is part of the action's key.
#pragma once

#include <filesystem>
#include <string>

#include "command/workspace.h"
#include "step/step.h"

namespace kjx::command {

[[nodiscard]] std::string settings_text(const Workspace& workspace);
// For a step in the out/ folder `out`. Throws Failure (usage) when that is no such folder.
[[nodiscard]] step::Options read_settings(const std::filesystem::path& out);

}  // namespace kjx::command
