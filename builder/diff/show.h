// Differences for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "diff/compare.h"

namespace kjx::diff {

// A tree, indented, with the cause behind each finding that has a known one; then a line for each cause, its remedy.
void show(std::ostream& out, const Difference& difference, int depth = 0);

// {"name", "kind", "findings": [{"what", "field", "first", "second", "at", "context", "cause", "remedy"}], "inside":
// [...]}; what is empty is left out.
[[nodiscard]] nlohmann::json to_json(const Difference& difference);

}  // namespace kjx::diff
