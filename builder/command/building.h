// Building targets, for the commands that do.
#pragma once

#include <string>
#include <vector>

#include "command/workspace.h"

namespace kjx::command {

struct BuildOptions {
  Shared shared;
  std::vector<std::string> targets;
  int jobs = 0;
  bool keep_going = false;
  bool offline = false;
  bool quiet = false;
  bool verbose = false;
  bool beforehand = false;  // for something else: with nothing to do it says nothing
};

// The options that say how, not what.
void add_build_options(CLI::App& app, BuildOptions& asked);

// For verbs that need files of out/: `--no-build`, and without it building them first. The exit code.
void add_no_build(CLI::App& app, bool& no_build);
int build_beforehand(const Shared& shared, const Workspace& workspace, std::vector<std::string> targets);

// Plans where that is to be done, and runs Ninja, under the lock of the out/ folder, which is waited for. The exit
// code.
int build_targets(const BuildOptions& asked, const Workspace& workspace);

}  // namespace kjx::command
