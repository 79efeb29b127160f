// Names that a person can ask for.
#pragma once

#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "graph/graph.h"

namespace kjx::command {

// "" is the default one. Throws Failure (unknown-name).
[[nodiscard]] const graph::Target& find_target(const graph::Graph& graph, const std::string& asked);
[[nodiscard]] Failure no_such_target(const graph::Graph& graph, const std::string& asked);

// The actions that make what the target names, without those that they stand on.
[[nodiscard]] std::vector<std::string> own_actions(const graph::Graph& graph, const graph::Target& target);

}  // namespace kjx::command
