// The boots of `kjx test`: which there are, and running them beside each other.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "command/machine.h"
#include "command/session.h"
#include "command/sizes.h"
#include "guest/contract.h"
#include "guest/report.h"

namespace kjx::command {

// One boot to come, or the reason why there is none.
struct Trial {
  const recipe::Recipe* image = nullptr;
  guest::Contract contract;
  Start start;
  std::string skipped;  // why
  Sizes sizes;
};

struct TrialSettings {
  std::filesystem::path folder;  // out/test
  OwnKey key;
  std::string append;
  std::filesystem::path initrd;
  double slow = 1;
  int memory = 512;
  int cpus = 1;
};

// Boots it, holds it against its contract. The console's text is kept in the folder.
[[nodiscard]] guest::Report run_trial(const Workspace& workspace, const recipe::Recipes& recipes, const Trial& trial,
                                      const TrialSettings& settings,
                                      const std::function<void(const std::string& stage)>& on_stage);

// What a contract says of sizes, held against the files: no machine is needed.
[[nodiscard]] guest::Report check_sizes(const recipe::Recipe& image, const guest::Contract& contract,
                                        const Sizes& sizes);

}  // namespace kjx::command
