#include "guest/times.h"

#include <sstream>

namespace kjx::guest {

namespace {

std::optional<double> seconds_in(std::istream& words) {
  double value = 0;
  if (words >> value) return value;
  return std::nullopt;
}

}  // namespace

Times parse_times(std::string_view text) {
  Times times;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "stage1") {
      times.stage1_begun = seconds_in(words);
      times.stage1_ended = seconds_in(words);
    } else if (what == "stage2") {
      times.stage2_begun = seconds_in(words);
    } else if (what == "up") {
      times.up = seconds_in(words);
    } else if (what == "ready") {
      std::string service;
      words >> service;
      if (const auto when = seconds_in(words)) times.ready[service] = *when;
    } else if (what == "late") {
      for (std::string service; words >> service;) times.late.push_back(service);
    }
  }
  return times;
}

}  // namespace kjx::guest
