#include "step/progress_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

namespace kjx::step {

namespace {

constexpr int bar_width = 20;

// Control characters would move the cursor, and the live lines with it.
std::string plain(std::string_view text) {
  std::string clean;
  for (const char c : text) clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return clean;
}

// At most `width` columns, counting each UTF-8 character as one.
std::string cut(const std::string& text, int width) {
  int columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_character = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (starts_character && ++columns > width) return text.substr(0, i);
  }
  return text;
}

std::string bar(std::uint64_t done, std::uint64_t total) {
  const auto filled = static_cast<std::size_t>(bar_width * std::min(done, total) / total);
  return "[" + std::string(filled, '#') + std::string(bar_width - filled, '.') + "]";
}

std::string counted(std::uint64_t done, std::uint64_t total) {
  if (total != 0) return fmt::format("{} of {}", done, total);
  return done != 0 ? fmt::format("{}", done) : std::string();
}

std::string joined(std::initializer_list<std::string> parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

}  // namespace

std::string shown_time(double seconds) {
  const auto whole = static_cast<long>(std::max(0.0, seconds));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

int terminal_width(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

ProgressView::Running* ProgressView::find(std::string_view step) {
  const auto found = std::find_if(running_.begin(), running_.end(), [&](const auto& one) { return one.step == step; });
  return found == running_.end() ? nullptr : &*found;
}

std::string ProgressView::on(const Event& event, double now) {
  switch (event.type) {
    case Event::Type::start:
      return started(event, now);
    case Event::Type::progress:
      if (Running* const running = find(event.step)) {
        running->done = event.done;
        running->total = event.total;
        running->what = plain(event.what);
      }
      return tick(now);
    case Event::Type::end:
    case Event::Type::failed:
      return ended(event, now);
  }
  return {};
}

std::string ProgressView::started(const Event& event, double now) {
  // A step that had to wait starts twice; only its work counts.
  Running* const known = find(event.step);
  const Running fresh{event.step, plain(event.summary), now, now};
  const bool again = known != nullptr;
  if (again) {
    *known = fresh;
  } else {
    running_.push_back(fresh);
  }
  if (look_.terminal) return paint(now);
  if (again) return {};
  const bool says_more = !event.summary.empty() && event.summary != event.step;
  return event.step + ": started" + (says_more ? " (" + fresh.summary + ")" : "") + "\n";
}

std::string ProgressView::ended(const Event& event, double now) {
  const Running* const running = find(event.step);
  const std::string took = running != nullptr ? shown_time(now - running->since) : std::string();
  std::erase_if(running_, [&](const Running& one) { return one.step == event.step; });
  std::string line;
  if (event.type == Event::Type::failed) {
    line = fmt::format("{}: failed{}{}, log: {}", event.step, took.empty() ? "" : " after ", took, plain(event.log));
  } else if (event.cached) {
    line = fmt::format("{}: from the store", event.step);
  } else {
    line = fmt::format("{}: done{}{}", event.step, took.empty() ? "" : " in ", took);
  }
  return say(line, now);
}

std::string ProgressView::tick(double now) {
  if (look_.terminal) return paint(now);
  std::string lines;
  for (Running& running : running_) {
    if (now - running.said < look_.quiet) continue;
    running.said = now;
    const std::string state = joined({counted(running.done, running.total), running.what}, " ");
    lines += fmt::format("{}: {}\n", running.step, joined({state, shown_time(now - running.since)}, ", "));
  }
  return lines;
}

std::string ProgressView::say(std::string_view text, double now) {
  std::string bytes = erase();
  bytes += text;
  if (!text.ends_with('\n')) bytes += '\n';
  if (look_.terminal) bytes += paint(now);
  return bytes;
}

std::string ProgressView::finish() {
  running_.clear();
  return erase();
}

// The cursor stands below the live lines; "\x1b[nA" goes up n lines, "\x1b[J" clears from there on (ECMA-48 CUU, ED).
std::string ProgressView::erase() {
  if (painted_ == 0) return {};
  return fmt::format("\r\x1b[{}A\x1b[J", std::exchange(painted_, 0));
}

std::string ProgressView::paint(double now) {
  std::string bytes = erase();
  const int count = static_cast<int>(running_.size());
  const int shown = count <= look_.most_lines ? count : look_.most_lines - 1;
  for (int i = 0; i < shown; ++i) bytes += live_line(running_[static_cast<std::size_t>(i)], now) + "\n";
  if (shown < count) bytes += cut(fmt::format("... and {} more", count - shown), look_.width - 1) + "\n";
  painted_ = shown + (shown < count ? 1 : 0);
  return bytes;
}

std::string ProgressView::live_line(const Running& running, double now) const {
  const std::string name = running.summary.empty() ? running.step : running.summary;
  const std::string how_far = running.total != 0 ? bar(running.done, running.total) : std::string();
  // One column stays free: a full line makes some terminals wrap, and then the count of lines is wrong.
  return cut(
      joined({name, shown_time(now - running.since), how_far, counted(running.done, running.total), running.what},
             "  "),
      look_.width - 1);
}

}  // namespace kjx::step
