// The graph in Ninja's words. Only this folder knows Ninja's syntax (https://ninja-build.org/manual.html, "Ninja file
// reference").
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace kjx::ninja {

struct Writing {
  std::filesystem::path program;    // kjx itself, absolute
  std::filesystem::path out;        // absolute; build.ninja's folder
  std::vector<std::string> replan;  // the command line that writes the graph anew
};

// out/build.ninja. Every action is one edge with one output, results/NAME.json.
[[nodiscard]] std::string text(const graph::Graph& graph, const Writing& writing);

// out/build.ninja.d: what build.ninja itself depends on, as a Makefile rule.
[[nodiscard]] std::string depfile(const graph::Graph& graph);

// For a path or name on a `build` line / for a value.
[[nodiscard]] std::string escape_path(std::string_view path);
[[nodiscard]] std::string escape_value(std::string_view value);

}  // namespace kjx::ninja
