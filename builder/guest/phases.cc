#include "guest/phases.h"

#include <algorithm>

namespace kjx::guest {

std::vector<Phase> phases_of(const Measures& measures) {
  std::vector<Phase> phases;
  const auto& times = measures.times;
  const double zero = measures.firmware.value_or(0);
  if (measures.firmware) phases.push_back({"firmware", 0, zero});
  if (times.stage1_begun) {
    const double init = zero + *times.stage1_begun;
    phases.push_back({"kernel", zero, init});
    // The kernel unpacks beside its other work, and waits for the end of it before it starts init.
    if (measures.unpacking)
      phases.push_back({"initramfs unpacking", std::max(zero, init - *measures.unpacking), init, true});
    if (times.stage1_ended) phases.push_back({"stage 1", init, zero + *times.stage1_ended});
  }
  const auto services = phases.size();
  if (times.stage2_begun) {
    for (const auto& [service, ready] : times.ready)
      phases.push_back({"service " + service, zero + *times.stage2_begun, zero + ready});
  }
  std::stable_sort(phases.begin() + static_cast<std::ptrdiff_t>(services), phases.end(),
                   [](const Phase& a, const Phase& b) { return a.end < b.end; });
  return phases;
}

}  // namespace kjx::guest
