// Holds one guest against its image's contract, from power-on to power-off.
#pragma once

#include <functional>
#include <string>

#include "guest/contract.h"
#include "guest/machine.h"
#include "guest/report.h"

namespace kjx::guest {

// What a trial needs of the world beside the machine.
struct Beside {
  double slow = 1;  // every time limit is multiplied by it
  Patience patience{};
  // Files of the root, first and last in its archive: what lies between them is the time of unpacking. "" where
  // unknown.
  std::string first_file{};
  std::string last_file{};
  // Tries an ssh log-in while the guest is watched. "" is success, else what was seen. Not set: skipped, for this
  // reason.
  std::function<std::string(Watch& watch, const std::string& user, double seconds)> log_in{};
  std::string no_log_in{};
  std::function<void(const std::string& stage)> on_stage{};  // for a live table
};

// Fills verdict, checks, measures and the console's last lines. `console` gets all that was said.
[[nodiscard]] Report hold(Machine& machine, const Contract& contract, const Beside& beside, std::string& console);

}  // namespace kjx::guest
