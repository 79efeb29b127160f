// What one call of the program holds together while it works on actions.
#pragma once

#include <filesystem>
#include <memory>

#include "step/runner.h"
#include "step/step.h"

namespace kjx::step {

struct Session {
  explicit Session(const Options& options);

  Workspace workspace;
  store::Store store;
  std::unique_ptr<JobClient> jobs;
  Surroundings surroundings;
  Runner runner;
};

// What every such call does first, whoever made it: the process's umask is 022, and $KJX_OFFLINE is set when asked for.
void prepare(const Options& options);

}  // namespace kjx::step
