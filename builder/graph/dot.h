// A picture of the graph: the text that Graphviz draws from ("The DOT Language", graphviz.org/doc/info/lang.html).
#pragma once

#include <set>
#include <string>

#include "graph/graph.h"

namespace kjx::graph {

// Names of `actions` with all that they need.
[[nodiscard]] std::set<std::string> needed(const Graph& graph, const std::vector<std::string>& actions);

// The same, and of those that need one of them at first hand.
[[nodiscard]] std::set<std::string> around(const Graph& graph, const std::vector<std::string>& actions);

// The named actions, each a box in the colour of what it does, and who reads what of whom; exported files as ellipses.
// The same graph gives the same text.
[[nodiscard]] std::string dot_text(const Graph& graph, const std::set<std::string>& actions);

}  // namespace kjx::graph
