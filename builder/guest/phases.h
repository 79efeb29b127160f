// Where a boot's time went.
#pragma once

#include <string>
#include <vector>

#include "guest/report.h"

namespace kjx::guest {

struct Phase {
  std::string name;  // "firmware", "kernel", "initramfs unpacking", "stage 1", "service sshd"
  double begin = 0;  // seconds since power-on
  double end = 0;
  bool within = false;  // a part of the one before it
  [[nodiscard]] double seconds() const { return end - begin; }
};

// As far as the guest said; services in the order in which they came up.
[[nodiscard]] std::vector<Phase> phases_of(const Measures& measures);

// The phases as one chart (SVG): a bar each on a scale of seconds.
[[nodiscard]] std::string chart(const std::string& title, const std::vector<Phase>& phases);

}  // namespace kjx::guest
