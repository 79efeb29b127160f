// Watches a guest over one start and says what is the matter with it when something is.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "guest/console.h"
#include "guest/machine.h"

namespace kjx::guest {

enum class Verdict {
  passed,
  failed,       // it came up, and a check did not hold
  slow,         // it was still at work when the time was up
  hung,         // it had fallen silent when the time was up
  panic,        // of the kernel
  reboot_loop,  // it started again and again
  flood,        // its console did not stop
  ended,        // the machine ended, unasked
  skipped,
};
// As reports name it: "kernel panic".
[[nodiscard]] std::string_view name_of(Verdict verdict);

// Why watching ended early.
struct Trouble {
  Verdict verdict{};
  std::string seen;  // in words: "silent for 52 s; the last line was '...'"
};

// What is still well.
struct Patience {
  int resets = 2;                         // unasked starts, on top of the first; firmware itself may ask for one
  std::uint64_t console_bytes = 400'000;  // of one start; a talkative kernel says 60000
  double silence = 10;                    // seconds without a word that make a guest look dead when the time is up
};

class Watch {
 public:
  explicit Watch(Machine& machine, Patience patience = {}) : machine_(machine), patience_(patience) {}

  // Until `done`, which is asked after every event, for at most `seconds`.
  std::optional<Trouble> until(const std::function<bool()>& done, double seconds, std::string_view waiting_for);
  // Listens for a while.
  std::optional<Trouble> pause(double seconds);
  // A reset or power-off that was asked for is no trouble from here on; counts begin anew.
  void expect_down();
  void expect_up();

  void type(std::string_view text) { machine_.type(text); }
  [[nodiscard]] double now() const { return machine_.now(); }
  [[nodiscard]] const Console& console() const { return console_; }
  [[nodiscard]] std::string& heard() { return heard_; }  // over the shell's line, since it was last emptied
  [[nodiscard]] int resets() const { return resets_; }
  // What the console said since going down was expected.
  [[nodiscard]] std::string since_expected() const { return console_.text().substr(looked_at_); }
  [[nodiscard]] bool gone() const { return ended_.has_value(); }
  [[nodiscard]] bool powered_off() const { return powered_off_; }

 private:
  void take(const Event& event);
  [[nodiscard]] std::optional<Trouble> trouble() const;
  [[nodiscard]] Trouble too_late(double seconds, std::string_view waiting_for) const;

  Machine& machine_;
  Patience patience_;
  Console console_;
  std::string heard_;
  std::uint64_t said_before_ = 0;  // bytes of earlier starts
  std::size_t looked_at_ = 0;      // of the console's text, for panics
  double last_word_ = 0;
  int resets_ = 0;
  bool powered_off_ = false;
  bool down_expected_ = false;
  std::optional<std::string> ended_;  // what the machine said last
};

}  // namespace kjx::guest
