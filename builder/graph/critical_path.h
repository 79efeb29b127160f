// How long a build takes at least, however many processors there are: the longest chain of actions that stand on each
// other.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "graph/outline.h"

namespace kjx::graph {

struct CriticalPath {
  double seconds = 0;
  std::vector<std::size_t> nodes{};  // of the outline, the first to run first; those that take no time are left out
};
// `seconds`: of each node of the outline.
[[nodiscard]] CriticalPath critical_path(const Outline& outline, const std::vector<double>& seconds);

// What is still to come of a build.
struct Left {
  double seconds = 0;       // all of it
  double path = 0;          // of these, what no further processor would make shorter
  std::size_t unknown = 0;  // actions that add to it by nobody knows how much
};
// `seconds`: what is left of each node: 0 where it is done or not to be done, nothing where it is not known. `at_once`:
// how many actions run beside each other on the average; less than 1 counts as 1.
[[nodiscard]] Left left_of(const Outline& outline, const std::vector<std::optional<double>>& seconds, double at_once);

}  // namespace kjx::graph
