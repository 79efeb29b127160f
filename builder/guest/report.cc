#include "guest/report.h"

#include <algorithm>

namespace kjx::guest {

Counts count(const std::vector<Report>& reports) {
  Counts counts;
  for (const auto& report : reports) {
    if (report.verdict == Verdict::passed)
      ++counts.passed;
    else if (report.verdict == Verdict::skipped)
      ++counts.skipped;
    else
      ++counts.failed;
    counts.skipped += static_cast<int>(std::ranges::count(report.checks, Check::State::skipped, &Check::state));
  }
  return counts;
}

}  // namespace kjx::guest
