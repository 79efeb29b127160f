#include "graph/critical_path.h"

#include <algorithm>
#include <numeric>

namespace kjx::graph {

namespace {

constexpr auto nobody = static_cast<std::size_t>(-1);

}  // namespace

CriticalPath critical_path(const Outline& outline, const std::vector<double>& seconds) {
  std::vector<double> end(outline.nodes.size());  // of the longest chain up to and with this one
  std::vector<std::size_t> before(outline.nodes.size(), nobody);
  std::size_t last = nobody;
  for (std::size_t i = 0; i < outline.nodes.size(); ++i) {
    for (const std::size_t need : outline.nodes[i].needs) {
      if (end[need] > (before[i] == nobody ? 0 : end[before[i]])) before[i] = need;
    }
    end[i] = seconds[i] + (before[i] == nobody ? 0 : end[before[i]]);
    if (end[i] > (last == nobody ? 0 : end[last])) last = i;
  }
  CriticalPath path{last == nobody ? 0 : end[last]};
  for (std::size_t at = last; at != nobody; at = before[at]) {
    if (seconds[at] > 0) path.nodes.push_back(at);
  }
  std::ranges::reverse(path.nodes);
  return path;
}

Left left_of(const Outline& outline, const std::vector<std::optional<double>>& seconds, double at_once) {
  std::vector<double> known(seconds.size());
  Left left;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    known[i] = seconds[i].value_or(0);
    if (!seconds[i]) ++left.unknown;
  }
  left.path = critical_path(outline, known).seconds;
  left.seconds = std::max(left.path, std::accumulate(known.begin(), known.end(), 0.0) / std::max(1.0, at_once));
  return left;
}

}  // namespace kjx::graph
