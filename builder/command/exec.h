#pragma once

#include <string>
#include <vector>

namespace kjx::command {

// This process goes on as another program. Throws Failure (no-tool) when that cannot be started.
[[noreturn]] void become(const std::vector<std::string>& argv);

}  // namespace kjx::command
