#include "guest/watch.h"

#include <fmt/format.h>

namespace kjx::guest {

namespace {

constexpr std::string_view panic_words = "Kernel panic - not syncing";

std::string last_words(const Console& console) {
  const auto last = console.last_lines(1);
  return last.empty() ? "it never said a word" : fmt::format("its last line: '{}'", last.front());
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::slow:
      return "time-out";
    case Verdict::hung:
      return "hang";
    case Verdict::panic:
      return "kernel panic";
    case Verdict::reboot_loop:
      return "reboot loop";
    case Verdict::flood:
      return "console flood";
    case Verdict::ended:
      return "machine ended";
    case Verdict::skipped:
      return "skipped";
  }
  return "";
}

void Watch::take(const Event& event) {
  switch (event.kind) {
    case Event::Kind::none:
      return;
    case Event::Kind::console:
      console_.add(event.text);
      last_word_ = machine_.now();
      return;
    case Event::Kind::shell:
      heard_ += event.text;
      last_word_ = machine_.now();
      return;
    case Event::Kind::reset:
      ++resets_;
      heard_.clear();  // what was under way is lost
      said_before_ = console_.bytes();
      return;
    case Event::Kind::powered_off:
      powered_off_ = true;
      return;
    case Event::Kind::ended:
      ended_ = event.text;
  }
}

std::optional<Trouble> Watch::trouble() const {
  // A loop through panics is a panic: that is what has to be mended.
  // Once its line is whole: the reason comes last.
  const auto panic = console_.text().find(panic_words, looked_at_);
  if (panic != std::string::npos && console_.text().find('\n', panic) != std::string::npos)
    return Trouble{Verdict::panic, console_.line_with(panic_words)};
  if (resets_ > patience_.resets) {
    return Trouble{Verdict::reboot_loop, fmt::format("it started {} times in {:.0f} s; {}", resets_ + 1, machine_.now(),
                                                     last_words(console_))};
  }
  if (const auto said = console_.bytes() - said_before_; said > patience_.console_bytes) {
    return Trouble{Verdict::flood,
                   fmt::format("{} bytes on the console; said most often: '{}'", said, console_.commonest_line())};
  }
  if (powered_off_ && !down_expected_)
    return Trouble{Verdict::ended, fmt::format("it switched itself off; {}", last_words(console_))};
  if (ended_ && !powered_off_)
    return Trouble{Verdict::ended, fmt::format("QEMU ended{}", ended_->empty() ? "" : ": " + *ended_)};
  return std::nullopt;
}

Trouble Watch::too_late(double seconds, std::string_view waiting_for) const {
  const auto silence = machine_.now() - last_word_;
  if (silence >= std::min(patience_.silence, seconds / 2)) {
    return {Verdict::hung, fmt::format("no {} within {:.0f} s, and silent for {:.0f} s; {}", waiting_for, seconds,
                                       silence, last_words(console_))};
  }
  return {Verdict::slow,
          fmt::format("no {} within {:.0f} s, though still at work; {}", waiting_for, seconds, last_words(console_))};
}

std::optional<Trouble> Watch::until(const std::function<bool()>& done, double seconds, std::string_view waiting_for) {
  const auto end = machine_.now() + seconds;
  while (true) {
    if (auto bad = trouble()) return bad;
    if (done()) return std::nullopt;
    if (machine_.now() >= end) return too_late(seconds, waiting_for);
    take(machine_.next(end));
  }
}

std::optional<Trouble> Watch::pause(double seconds) {
  const auto end = machine_.now() + seconds;
  while (machine_.now() < end) {
    take(machine_.next(end));
    if (auto bad = trouble()) return bad;
  }
  return std::nullopt;
}

void Watch::expect_down() {
  down_expected_ = true;
  looked_at_ = console_.text().size();
}

void Watch::expect_up() {
  down_expected_ = false;
  resets_ = 0;
  said_before_ = console_.bytes();
}

}  // namespace kjx::guest
