// Runs commands in a guest, over the line that its stage 2 puts a shell on when the machine's owner asks for one
// (runit/stages/2): the same for every `console:`, with or without network and ssh.
#pragma once

#include <string>
#include <string_view>

#include "guest/watch.h"

namespace kjx::guest {

struct Answer {
  int code = 0;
  std::string output;  // stdout and stderr; no newline at the end
};

class Shell {
 public:
  explicit Shell(Watch& watch) : watch_(watch) {}

  // Until the guest offers it, or offers it again after a reset.
  std::optional<Trouble> wait(double seconds);
  // Runs a line of sh, apart from all others. Trouble: no answer.
  std::optional<Trouble> run(std::string_view line, double seconds, Answer& answer);

 private:
  Watch& watch_;
  int asked_ = 0;
};

}  // namespace kjx::guest
