// What can be read out of a configuration that an action just made.
#pragma once

#include <vector>

#include "kconfig/config_check.h"
#include "work/work.h"

namespace kjx::command {

[[nodiscard]] kconfig::Tree tree_of(const work::Configuration& configuration);
[[nodiscard]] kconfig::Config config_of(const work::Configuration& configuration);
// The wishes of all fragments, in their order.
[[nodiscard]] std::vector<kconfig::Asked> asked_in(const work::Configuration& configuration);

}  // namespace kjx::command
