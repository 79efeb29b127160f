// Ctrl-C while a build runs.
#pragma once

#include <signal.h>

#include <array>

namespace kjx::command {

// While this lives, the first SIGINT, SIGTERM or SIGHUP is noted instead of ending the process; a second one ends it.
// SIGPIPE is ignored meanwhile: a reader who went away is no reason to stop a build. One at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // The signal; 0: there was none.
  [[nodiscard]] static int signal();

 private:
  static constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  std::array<struct sigaction, numbers.size()> before_{};
};

}  // namespace kjx::command
