// The graph's shape alone: what a running build has to know of it, read in a moment (out/outline.json).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace kjx::graph {

struct Outline {
  struct Node {
    std::string name;
    std::string kind;
    bool always = false;
    std::vector<std::size_t> needs{};  // nodes, all of them before this one

    bool operator==(const Node&) const = default;
  };
  std::vector<Node> nodes;
  // What a person can ask for, and the actions that make it: targets, exported files, results.
  std::map<std::string, std::vector<std::string>> makers;
  std::string default_target;

  bool operator==(const Outline&) const = default;
};

// The graph has passed check(): no cycles, nothing dangles.
[[nodiscard]] Outline outline_of(const Graph& graph);

// Which nodes the named targets stand on; the default one without any. A name that nobody knows counts for nothing.
[[nodiscard]] std::vector<bool> needed(const Outline& outline, const std::vector<std::string>& targets);

[[nodiscard]] std::string outline_text(const Outline& outline);
// Nothing: another version wrote it.
[[nodiscard]] std::optional<Outline> parse_outline(std::string_view text);

}  // namespace kjx::graph
