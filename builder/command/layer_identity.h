// Which state of the recipes something was built from.
#pragma once

#include <nlohmann/json.hpp>

#include "command/workspace.h"
#include "recipe/recipes.h"

namespace kjx::command {

// Of every layer, lowest first: {"name"}, and where it lies in a git work tree {"commit", "dirty": were there changes
// or files that the commit does not have?}. Names are those of layers, not of folders of this machine.
[[nodiscard]] nlohmann::json layer_identity(const Workspace& workspace, const recipe::Recipes& recipes);

}  // namespace kjx::command
