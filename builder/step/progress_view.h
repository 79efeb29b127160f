// What `kjx build` shows of its steps: on a terminal one live line for each that runs, in a log a line now and then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "step/event.h"

namespace kjx::step {

// Turns events into bytes to print. Knows no clock and no terminal: `now` is seconds on any steady clock.
class ProgressView {
 public:
  struct Look {
    bool terminal = false;
    int width = 80;      // columns
    int most_lines = 8;  // live ones
    double quiet = 20;   // seconds between a long step's lines in a log
  };
  explicit ProgressView(Look look) : look_(look) {}

  [[nodiscard]] std::string on(const Event& event, double now);
  // To be called a few times a second: elapsed times move on.
  [[nodiscard]] std::string tick(double now);
  // A line of somebody else's (Ninja's, an error's) above the live ones.
  [[nodiscard]] std::string say(std::string_view text, double now);
  // Takes the live lines away, at the end.
  [[nodiscard]] std::string finish();
  void resize(int width) { look_.width = width; }

 private:
  struct Running {
    std::string step;
    std::string summary;
    double since = 0;
    double said = 0;  // when its last line was printed in a log
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string what;
  };

  [[nodiscard]] Running* find(std::string_view step);
  [[nodiscard]] std::string paint(double now);
  [[nodiscard]] std::string erase();
  [[nodiscard]] std::string live_line(const Running& running, double now) const;
  [[nodiscard]] std::string started(const Event& event, double now);
  [[nodiscard]] std::string ended(const Event& event, double now);

  Look look_;
  std::vector<Running> running_;  // in the order they started
  int painted_ = 0;               // live lines on the terminal now
};

// "8s", "2m10s", "1h05m".
[[nodiscard]] std::string shown_time(double seconds);

// Of the terminal behind `descriptor`; 80 when it does not say.
[[nodiscard]] int terminal_width(int descriptor);

}  // namespace kjx::step
