// `kjx: ">=0.1"` in distro.yaml.
#pragma once

#include <string_view>

#include "diag/diagnostic.h"
#include "recipe/recipes.h"

namespace kjx::plan {

// Is the dotted version `have` at least `wanted`? Missing parts count as 0.
[[nodiscard]] bool at_least(std::string_view have, std::string_view wanted);

// Adds an error when the distro asks for a newer kjx than `version`, or asks in a form that is not ">=N[.N[.N]]".
void check_version(const recipe::Recipe& distro, std::string_view version, Diagnostics& diagnostics);

}  // namespace kjx::plan
