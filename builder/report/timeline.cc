#include "report/timeline.h"

#include <algorithm>
#include <cmath>

namespace kjx::report {

namespace {

struct Lane {
  double free = 0;
  std::size_t last = 0;  // its last bar; only where there is one
  double longest = 0;    // of that bar's actions
  bool used = false;
};

}  // namespace

std::vector<Bar> bars_of(const graph::PastBuild& build, double least) {
  std::vector<const graph::Span*> spans;
  for (const auto& span : build.spans) {
    if (span.how != graph::Span::How::found) spans.push_back(&span);
  }
  std::ranges::stable_sort(spans, {}, [](const auto* span) { return std::pair(span->begin, span->end); });
  std::vector<Lane> lanes;
  std::vector<Bar> bars;
  for (const auto* span : spans) {
    auto lane = std::ranges::find_if(lanes, [&](const Lane& each) { return each.free <= span->begin; });
    if (lane == lanes.end()) lane = lanes.insert(lanes.end(), Lane{});
    const bool failed = span->how == graph::Span::How::failed;
    if (lane->used && span->seconds() < least && lane->longest < least && !failed && !bars[lane->last].failed &&
        span->begin - bars[lane->last].end < least) {
      auto& bar = bars[lane->last];
      bar.end = span->end;
      ++bar.count;
      if (span->seconds() > lane->longest) bar.name = span->action;
      lane->longest = std::max(lane->longest, span->seconds());
    } else {
      lane->last = bars.size();
      lane->longest = span->seconds();
      bars.push_back({static_cast<std::size_t>(lane - lanes.begin()), span->begin, span->end, span->action, 1, failed});
    }
    lane->used = true;
    lane->free = span->end;
  }
  return bars;
}

double tick_of(double whole) {
  if (whole <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(whole)));
  for (const double factor : {0.1, 0.2, 0.5}) {
    if (whole / (factor * power) <= 10) return factor * power;
  }
  return power;
}

}  // namespace kjx::report
