// What a step tells while it runs, for whoever shows the build's progress.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "work/work.h"

namespace kjx::step {

struct Event {
  enum class Type { start, progress, said, end, failed };
  Type type = Type::start;
  std::string step;        // the action's name
  std::string summary;     // start: "busybox 1.37.0"
  std::uint64_t done = 0;  // progress: of total (0: unknown); end: objects compiled
  std::uint64_t total = 0;
  std::string what;     // progress: what is under way; said: a line of a program's
  std::string log;      // start, failed: path of the log
  bool cached = false;  // end: came from the store
  bool same = false;    // end: the result is what it was, so whoever reads it is not run for its sake
  work::Unit unit = work::Unit::items;

  bool operator==(const Event&) const = default;
};

// One line of JSON, without the newline. Bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string to_line(const Event& event);
// Nothing when the line is not an event.
[[nodiscard]] std::optional<Event> parse_event(std::string_view line);

}  // namespace kjx::step
