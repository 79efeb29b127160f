// All there is to say about one symbol: its value, who asked for it, what it depends on, what selects it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kconfig/config_check.h"

namespace kjx::kconfig {

// In lines of at most 80 columns, as far as words allow. `asked`: the wishes of all fragments in their order, so that
// the last one for a symbol counts. The symbol must be one of the tree's.
[[nodiscard]] std::string why(const Tree& tree, const Config& config, const std::vector<Asked>& asked,
                              std::string_view symbol);

}  // namespace kjx::kconfig
