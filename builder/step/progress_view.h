// What `kjx build` shows of its steps: on a terminal a line for the whole and a live one for each that runs, in a log
// plain lines now and then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "step/event.h"
#include "step/monitor.h"

namespace kjx::step {

// Turns events into bytes to print. Knows no clock and no terminal: `now` is seconds on any steady clock.
class ProgressView {
 public:
  struct Look {
    bool terminal = false;  // one whose cursor moves
    bool color = false;
    int width = 80;      // columns
    int most_lines = 8;  // live ones
    double quiet = 20;   // seconds between a long step's lines in a log
  };
  explicit ProgressView(Look look) : look_(look) {}

  [[nodiscard]] std::string on(const Event& event, double now);
  // Of the whole, for what is printed from now on.
  void set(const Overall& overall) { overall_ = overall; }
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
    double since = 0;
    double said = 0;  // when its last line was printed in a log
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string what;
    work::Unit unit = work::Unit::items;
  };

  [[nodiscard]] Running* find(std::string_view step);
  [[nodiscard]] std::string paint(double now);
  [[nodiscard]] std::string repaint(double now);
  [[nodiscard]] std::string erase();
  [[nodiscard]] std::string overall_line() const;
  [[nodiscard]] std::string live_line(const Running& running, int name_width, double now) const;
  [[nodiscard]] std::string started(const Event& event, double now);
  [[nodiscard]] std::string ended(const Event& event, double now);
  [[nodiscard]] std::string log_lines(double now);
  [[nodiscard]] std::string colored(std::string_view code, std::string_view text) const;
  [[nodiscard]] bool wide() const { return look_.width >= 60; }

  Look look_;
  Overall overall_;
  std::vector<Running> running_;  // in the order they started
  std::vector<int> painted_;      // columns of each live line on the terminal now
  std::string held_;              // lines to be printed above them, by the next painting
  double painted_at_ = -1;
  double said_ = 0;  // when the line of the whole was printed in a log
  bool failed_ = false;
};

// "8s", "2m10s", "1h05m".
[[nodiscard]] std::string shown_time(double seconds);

// How long it still takes, no more exactly than that is known: "about 5m left", "at least 40s left" where some of it
// never ran before, "no estimate: 3 never ran here".
[[nodiscard]] std::string shown_left(const graph::Left& left);

// Of the terminal behind `descriptor`; 80 when it does not say.
[[nodiscard]] int terminal_width(int descriptor);

}  // namespace kjx::step
