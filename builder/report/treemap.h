// Sizes as areas.
//
// Squarified (Bruls, Huizing and van Wijk, "Squarified Treemaps", 2000): rows of rectangles are laid along the shorter
// side of what is left, each row taking in as many as make its worst rectangle squarer.
#pragma once

#include <vector>

namespace kjx::report {

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

// One for each size, in their order; the sizes are sorted, the largest first. Sizes of nothing get empty boxes.
[[nodiscard]] std::vector<Box> treemap(const std::vector<double>& sizes, Box whole);

}  // namespace kjx::report
