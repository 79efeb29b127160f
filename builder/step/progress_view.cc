#include "step/progress_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

namespace kjx::step {

namespace {

// A build of many small actions would otherwise paint more than anybody can see.
constexpr double between_paintings = 0.1;
// What took less is gone before it is read: the line of the whole counts it.
constexpr double worth_a_line = 1;

constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view faint = "2";

// Control characters would move the cursor, and the live lines with it.
std::string plain(std::string_view text) {
  std::string clean;
  for (const char c : text) clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return clean;
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

// Each UTF-8 character counts as one column.
int columns_of(std::string_view text) { return static_cast<int>(std::ranges::count_if(text, starts_character)); }

// At most `width` columns.
std::string cut(const std::string& text, int width) {
  int columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_character(text[i]) && ++columns > width) return text.substr(0, i);
  }
  return text;
}

std::string padded(const std::string& text, int width) {
  return text + std::string(static_cast<std::size_t>(std::max(0, width - columns_of(text))), ' ');
}

std::string bar(std::uint64_t done, std::uint64_t total, int width) {
  const auto all = static_cast<std::uint64_t>(width);
  const auto filled = static_cast<std::size_t>(total == 0 ? 0 : all * std::min(done, total) / total);
  return "[" + std::string(filled, '#') + std::string(all - filled, '.') + "]";
}

// "12.3 of 130 MB", in the total's unit.
std::string counted_bytes(std::uint64_t done, std::uint64_t total) {
  constexpr std::string_view prefixes = "kMG";
  double unit = 1e3;
  std::size_t which = 0;
  for (const auto most = static_cast<double>(std::max(done, total)); which + 1 < prefixes.size() && most >= unit * 1e3;
       ++which)
    unit *= 1e3;
  const auto number = [&](std::uint64_t bytes) {
    const double value = static_cast<double>(bytes) / unit;
    return fmt::format("{:.{}f}", value, value < 99.95 ? 1 : 0);
  };
  if (total == 0) return fmt::format("{} {}B", number(done), prefixes[which]);
  return fmt::format("{} of {} {}B", number(done), number(total), prefixes[which]);
}

std::string counted(std::uint64_t done, std::uint64_t total, work::Unit unit) {
  if (done == 0 && total == 0) return {};
  if (unit == work::Unit::bytes) return counted_bytes(done, total);
  const auto numbers = total != 0 ? fmt::format("{} of {}", done, total) : fmt::format("{}", done);
  return unit == work::Unit::objects ? numbers + " objects" : numbers;
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

// To half minutes and minutes: more would be made up.
std::string roughly(double seconds) {
  if (seconds < 10) return "10s";
  if (seconds < 95) return fmt::format("{}s", (static_cast<long>(seconds) + 9) / 10 * 10);
  const long minutes = (static_cast<long>(seconds) + 59) / 60;
  return minutes < 60 ? fmt::format("{}m", minutes) : fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
}

}  // namespace

std::string shown_time(double seconds) {
  const auto whole = static_cast<long>(std::max(0.0, seconds));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

std::string shown_left(const graph::Left& left) {
  if (left.unknown == 0) return fmt::format("about {} left", roughly(left.seconds));
  // Less than that is noise beside what is not known.
  if (left.seconds >= 5) return fmt::format("at least {} left", roughly(left.seconds));
  return fmt::format("no estimate: {} never ran here", left.unknown);
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
        running->unit = event.unit;
        running->what = plain(event.what);
      }
      return look_.terminal ? repaint(now) : log_lines(now);
    case Event::Type::said:
      return say(fmt::format("{} | {}", event.step, plain(event.what)), now);
    case Event::Type::end:
    case Event::Type::failed:
      return ended(event, now);
  }
  return {};
}

std::string ProgressView::started(const Event& event, double now) {
  // A step that had to wait starts twice; only its work counts.
  Running* const known = find(event.step);
  const Running fresh{event.step, now, now};
  const bool again = known != nullptr;
  if (again) {
    *known = fresh;
  } else {
    running_.push_back(fresh);
  }
  if (look_.terminal) return repaint(now);
  if (again) return {};
  const bool says_more = !event.summary.empty() && event.summary != event.step;
  return event.step + ": started" + (says_more ? " (" + plain(event.summary) + ")" : "") + "\n";
}

std::string ProgressView::ended(const Event& event, double now) {
  const Running* const running = find(event.step);
  const double seconds = running != nullptr ? now - running->since : 0;
  const std::string took = running != nullptr ? shown_time(seconds) : std::string();
  std::erase_if(running_, [&](const Running& one) { return one.step == event.step; });
  std::string line;
  if (event.type == Event::Type::failed) {
    line = fmt::format("{}: {}{}{}, log: {}", event.step, colored(red, "failed"), took.empty() ? "" : " after ", took,
                       plain(event.log));
  } else if (event.cached) {
    line = fmt::format("{}: from the store", event.step);
  } else {
    line = fmt::format("{}: {}{}{}", event.step, colored(green, "done"), took.empty() ? "" : " in ", took);
  }
  if (!look_.terminal) return say(line, now);
  // The message of a failure shall stay where it is seen.
  const bool failed = event.type == Event::Type::failed;
  if (failed || (!failed_ && !event.cached && seconds >= worth_a_line)) held_ += line + "\n";
  failed_ = failed_ || failed;
  return repaint(now);
}

std::string ProgressView::log_lines(double now) {
  std::string lines;
  for (Running& running : running_) {
    if (now - running.said < look_.quiet) continue;
    running.said = now;
    const std::string state = joined({counted(running.done, running.total, running.unit), running.what}, " ");
    lines += fmt::format("{}: {}\n", running.step, joined({state, shown_time(now - running.since)}, ", "));
  }
  // Three times as seldom, and never alone.
  if (lines.empty() || !overall_.left || now - said_ < 3 * look_.quiet) return lines;
  said_ = now;
  return lines + fmt::format("{}/{} done, {}, {}\n", overall_.done, overall_.total, shown_time(overall_.elapsed),
                             shown_left(*overall_.left));
}

std::string ProgressView::tick(double now) { return look_.terminal ? paint(now) : log_lines(now); }

std::string ProgressView::say(std::string_view text, double now) {
  std::string line(text);
  if (!text.ends_with('\n')) line += '\n';
  if (!look_.terminal) return line;
  held_ += line;
  return paint(now);
}

std::string ProgressView::finish() {
  running_.clear();
  overall_ = {};
  return erase() + std::exchange(held_, {});
}

// The cursor stands below the live lines; "\x1b[nA" goes up n lines, "\x1b[J" clears from there on (ECMA-48 CUU, ED).
// A terminal that became narrower has broken what no longer fits into several rows.
std::string ProgressView::erase() {
  int rows = 0;
  for (const int columns : painted_) rows += std::max(1, (columns + look_.width - 1) / look_.width);
  painted_.clear();
  return rows == 0 ? std::string() : fmt::format("\r\x1b[{}A\x1b[J", rows);
}

std::string ProgressView::repaint(double now) {
  return painted_at_ >= 0 && now - painted_at_ < between_paintings ? std::string() : paint(now);
}

std::string ProgressView::paint(double now) {
  painted_at_ = now;
  std::string bytes = erase() + std::exchange(held_, {});
  const auto add = [&](const std::string& line, std::string_view code) {
    // One column stays free: a full line makes some terminals wrap, and then the count of rows is wrong.
    const std::string fits = cut(line, look_.width - 1);
    painted_.push_back(columns_of(fits));
    bytes += colored(code, fits) + "\n";
  };
  if (overall_.total != 0) add(overall_line(), overall_.failed != 0 ? red : std::string_view());
  const int count = static_cast<int>(running_.size());
  const int shown = count <= look_.most_lines ? count : look_.most_lines - 1;
  int longest = 0;
  for (int i = 0; i < shown; ++i) longest = std::max(longest, columns_of(running_[static_cast<std::size_t>(i)].step));
  const int name_width = std::min(longest, look_.width * 2 / 5);
  for (int i = 0; i < shown; ++i) add(live_line(running_[static_cast<std::size_t>(i)], name_width, now), "");
  if (shown < count) add(fmt::format("  ... and {} more", count - shown), faint);
  return bytes;
}

// "[#####...............]  23/57  2m10s  about 5m left  critical path 4m"
std::string ProgressView::overall_line() const {
  const auto& left = overall_.left;
  const bool chain = left && look_.width >= 80 && left->path >= 10;
  return joined({wide() ? bar(overall_.done, overall_.total, 20) : std::string(),
                 fmt::format("{}/{}", overall_.done, overall_.total), shown_time(overall_.elapsed),
                 overall_.failed != 0 ? fmt::format("{} failed, {} still at work", overall_.failed, overall_.running)
                 : left               ? shown_left(*left)
                                      : std::string(),
                 chain && overall_.failed == 0 ? "critical path " + shown_time(left->path) : std::string()},
                "  ");
}

// "  kernel.stage1  2m10s  [####........]  412 of 1371 objects  mm/slub.o"
std::string ProgressView::live_line(const Running& running, int name_width, double now) const {
  const std::string how_far = wide() && running.total != 0 ? bar(running.done, running.total, 12) : std::string();
  return joined({fmt::format("{}{}  {:>6}", wide() ? "  " : "", padded(cut(running.step, name_width), name_width),
                             shown_time(now - running.since)),
                 how_far, counted(running.done, running.total, running.unit), wide() ? running.what : std::string()},
                "  ");
}

std::string ProgressView::colored(std::string_view code, std::string_view text) const {
  if (!look_.color || code.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace kjx::step
