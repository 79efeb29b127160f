#pragma once

#include <string>
#include <vector>

namespace kjx::command {

// What `kjx list` can name; completions offer it.
[[nodiscard]] std::vector<std::string> list_kinds();

}  // namespace kjx::command
