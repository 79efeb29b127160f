// What stands on what, laid out in layers: whoever needs nothing on the left, everything else right of all it needs.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "graph/outline.h"

namespace kjx::report {

struct Picture {
  struct Node {
    std::string name;  // of one action, or of the first of several that are alike
    std::string kind;
    std::size_t count = 1;
    std::size_t layer = 0;
    std::size_t row = 0;
  };
  std::vector<Node> nodes;
  std::vector<std::pair<std::size_t, std::size_t>> edges;  // from what is needed to who needs it; each once
  std::size_t layers = 0;
  std::size_t rows = 0;  // of the fullest layer
};

// Where there are more than `most` actions, those of one kind in one layer are shown as one, and so many layers that no
// screen holds them are drawn together.
[[nodiscard]] Picture layered(const graph::Outline& outline, const std::vector<bool>& shown, std::size_t most);

}  // namespace kjx::report
