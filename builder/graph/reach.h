// What stands on what.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace kjx::graph {

// Names of `actions` with all that they need.
[[nodiscard]] std::set<std::string> needed(const Graph& graph, const std::vector<std::string>& actions);

// The same, and of those that need one of them at first hand.
[[nodiscard]] std::set<std::string> around(const Graph& graph, const std::vector<std::string>& actions);

}  // namespace kjx::graph
