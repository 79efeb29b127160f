#include "diff/causes.h"

#include <algorithm>

namespace kjx::diff {

const std::vector<Cause>& causes() {
  static const std::vector<Cause> table{
#define CAUSE(function, name, remedy) {name, remedy, &function},
#include "diff/causes.def"
#undef CAUSE
  };
  return table;
}

const Cause* cause_of(const Clue& clue) {
  if (clue.what == What::only_in_first || clue.what == What::only_in_second) return nullptr;
  const auto found = std::ranges::find_if(causes(), [&](const Cause& cause) { return cause.fits(clue); });
  return found == causes().end() ? nullptr : &*found;
}

}  // namespace kjx::diff
