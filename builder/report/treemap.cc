#include "report/treemap.h"

#include <algorithm>
#include <numeric>

namespace kjx::report {

namespace {

// How far from a square the worst of a row is: `sum` of their areas, `side` of what is left.
double worst(double largest, double least, double sum, double side) {
  const double thick = sum / side;
  return std::max(largest / (thick * thick), thick * thick / least);
}

}  // namespace

std::vector<Box> treemap(const std::vector<double>& sizes, Box whole) {
  const double all = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  std::vector<Box> boxes;
  if (all <= 0) return std::vector<Box>(sizes.size());
  const double scale = whole.width * whole.height / all;
  std::size_t begin = 0;
  while (begin < sizes.size() && sizes[begin] > 0) {
    const double side = std::min(whole.width, whole.height);
    double sum = sizes[begin] * scale;
    std::size_t end = begin + 1;
    for (; end < sizes.size() && sizes[end] > 0; ++end) {
      const double next = sizes[end] * scale;
      const double largest = sizes[begin] * scale;
      if (worst(largest, next, sum + next, side) > worst(largest, sizes[end - 1] * scale, sum, side)) break;
      sum += next;
    }
    const double thick = sum / side;
    const bool column = whole.width >= whole.height;
    double at = column ? whole.y : whole.x;
    for (; begin < end; ++begin) {
      const double length = sizes[begin] * scale / thick;
      boxes.push_back(column ? Box{whole.x, at, thick, length} : Box{at, whole.y, length, thick});
      at += length;
    }
    (column ? whole.x : whole.y) += thick;
    (column ? whole.width : whole.height) -= thick;
  }
  boxes.resize(sizes.size());
  return boxes;
}

}  // namespace kjx::report
