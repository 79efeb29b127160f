#include "command/test_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "guest/outcome.h"

namespace kjx::command {

namespace {

// A line that wraps would make the cursor's way back too short.
std::size_t columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

TestView::TestView(std::vector<std::string> names, bool live, bool quiet)
    : names_(std::move(names)), done_(names_.size()), live_(live), quiet_(quiet) {
  for (const auto& name : names_) lines_.push_back(fmt::format("waiting  {}", name));
  if (live_ && !quiet_) draw();
}

void TestView::stage(std::size_t which, const std::string& stage) {
  if (quiet_ || !live_) return;
  const std::lock_guard lock(mutex_);
  if (done_[which]) return;
  lines_[which] = fmt::format("running  {:<28} {}", names_[which], stage);
  draw();
}

void TestView::done(std::size_t which, const guest::Report& report) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  done_[which] = true;
  lines_[which] = guest::line_of(report);
  if (live_)
    draw();
  else
    std::cout << lines_[which] << std::endl;  // a log is read while it grows
}

void TestView::draw() {
  std::string text = drawn_ ? fmt::format("\x1b[{}A", lines_.size()) : "";
  for (const auto& line : lines_) text += fmt::format("\x1b[2K{}\n", line.substr(0, columns() - 1));
  drawn_ = true;
  std::cout << text << std::flush;
}

}  // namespace kjx::command
