// What a person names who wants to work by hand: `kernel`, `kernel-pc`, a package, or any action.
#pragma once

#include <string>
#include <vector>

#include "command/building.h"
#include "command/workspace.h"
#include "plan/plan.h"
#include "step/step.h"

namespace kjx::command {

struct Place {
  plan::Plan plan;
  std::string action;
  const recipe::Recipe* recipe = nullptr;  // of the plan; nothing for an action that is neither kernel nor package
  bool kernel = false;
};

// The action that builds it. The graph in out/ is as the recipes are then. Throws Failure (unknown-name).
[[nodiscard]] Place place_to_build(const Workspace& workspace, const std::string& name);
// The action that configures it by symbols. Throws Failure (unknown-name).
[[nodiscard]] Place place_to_configure(const Workspace& workspace, const std::string& name);

// Makes all that the action reads, and what further ones make. The exit code.
int make_inputs(const Shared& shared, const Workspace& workspace, const Place& place,
                const std::vector<std::string>& further);

[[nodiscard]] step::Options options_for(const Workspace& workspace, const std::string& action);

}  // namespace kjx::command
