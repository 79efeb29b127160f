// Why did kconfig not take a value?
#pragma once

#include <string>
#include <string_view>

#include "kconfig/tree.h"

namespace kjx::kconfig {

// One or more lines of help for "SYMBOL=`value` did not stick, it is config[symbol]": an unknown name (with the nearest
// one), the unmet terms of what it depends on, who selects it, a symbol that nobody can set, a value of another type.
// Empty when none of these is the reason.
[[nodiscard]] std::string explain(const Tree& tree, const Config& config, std::string_view symbol,
                                  std::string_view value);

}  // namespace kjx::kconfig
