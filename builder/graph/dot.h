// A picture of the graph: the text that Graphviz draws from ("The DOT Language", graphviz.org/doc/info/lang.html).
#pragma once

#include <set>
#include <string>

#include "graph/graph.h"

namespace kjx::graph {

// The named actions, each a box in the colour of what it does, and who reads what of whom; exported files as ellipses.
// The same graph gives the same text.
[[nodiscard]] std::string dot_text(const Graph& graph, const std::set<std::string>& actions);

}  // namespace kjx::graph
