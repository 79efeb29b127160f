// A build's actions on lanes of time.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "graph/past.h"

namespace kjx::report {

struct Bar {
  std::size_t lane = 0;
  double begin = 0;
  double end = 0;
  std::string name;  // of the longest action in it
  std::size_t count = 1;
  bool failed = false;
};

// Every action that worked, on the first lane that is free; those too short to be told apart, less than `least` seconds
// long and apart, become one bar.
[[nodiscard]] std::vector<Bar> bars_of(const graph::PastBuild& build, double least);

// 1, 2 or 5 times a power of ten, so that at most ten of them make the whole.
[[nodiscard]] double tick_of(double whole);

}  // namespace kjx::report
