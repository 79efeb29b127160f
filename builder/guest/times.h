// When a guest did what, from the /run/kjx/times that its stages write: seconds since its kernel started.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::guest {

struct Times {
  std::optional<double> stage1_begun;
  std::optional<double> stage1_ended;
  std::optional<double> stage2_begun;
  std::map<std::string, double> ready;  // services
  std::optional<double> up;             // all of them
  std::vector<std::string> late;        // the guest gave these up
};

[[nodiscard]] Times parse_times(std::string_view text);

}  // namespace kjx::guest
