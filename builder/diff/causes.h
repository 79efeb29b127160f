// Known causes of differences, with remedies.
#pragma once

#include <string_view>
#include <vector>

#include "diff/clue.h"

namespace kjx::diff {

struct Cause {
  std::string_view name;
  std::string_view remedy;
  bool (*fits)(const Clue& clue);
};

#define CAUSE(function, name, remedy) [[nodiscard]] bool function(const Clue& clue);
#include "diff/causes.def"
#undef CAUSE

// Rows of causes.def, in its order.
[[nodiscard]] const std::vector<Cause>& causes();
// The first that fits; null when none does.
[[nodiscard]] const Cause* cause_of(const Clue& clue);

}  // namespace kjx::diff
