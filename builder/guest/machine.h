// A machine that runs a guest, as far as a test of it needs one: what it says, what it is told, and its clock. Behind
// an interface, so that everything above is tested with a machine that is a list of events, in no time.
#pragma once

#include <string>
#include <string_view>

namespace kjx::guest {

struct Event {
  enum class Kind {
    none,         // nothing happened until then
    console,      // `text` came over the console
    shell,        // `text` came over the line of the shell
    reset,        // it starts again
    powered_off,  // the guest switched it off
    ended,        // the machine itself is gone; `text` is what it said last
  };
  Kind kind = Kind::none;
  std::string text{};
};

class Machine {
 public:
  virtual ~Machine() = default;
  // Seconds since it was switched on.
  [[nodiscard]] virtual double now() const = 0;
  // The next that happens; `none` when nothing does before `until`.
  virtual Event next(double until) = 0;
  // Types into the shell.
  virtual void type(std::string_view text) = 0;
};

}  // namespace kjx::guest
