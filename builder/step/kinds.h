// All code that an action can name as its kind.
#pragma once

#include <string_view>
#include <vector>

#include "work/work.h"

namespace kjx::step {

// Of sources, styles, formats, the root file system and the kernel.
[[nodiscard]] const std::vector<const work::Kind*>& all_kinds();
[[nodiscard]] const work::Kind* find_kind(std::string_view name);

}  // namespace kjx::step
