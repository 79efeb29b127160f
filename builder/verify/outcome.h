// Two builds of one graph, action by action.
#pragma once

#include <string>
#include <vector>

#include "diff/compare.h"
#include "step/workspace.h"
#include "store/store.h"

namespace kjx::verify {

// A workspace after its build.
struct Built {
  step::Workspace workspace;
  store::Store store;
};

// An action that made other bytes of the same inputs.
struct Origin {
  std::string action;
  Location where;  // the recipe's line
  std::vector<diff::Difference> outputs;
};

struct Outcome {
  std::size_t compared = 0;
  std::vector<Origin> origins;         // in the graph's order
  std::vector<std::string> followers;  // differ too, with inputs that do
};

// Of the named actions, which must have results in both.
[[nodiscard]] Outcome compare_builds(Built& first, Built& second, const std::vector<std::string>& actions,
                                     inspect::Scratch& scratch, const diff::Known& known);

}  // namespace kjx::verify
