// Planning, and writing what Ninja and the steps read.
#pragma once

#include "command/workspace.h"
#include "plan/plan.h"

namespace kjx::command {

// Plans and writes out/build.ninja, its depfile, out/outline.json, out/actions/*; only what changed. Returns the plan.
plan::Plan write_graph(const Workspace& workspace);

// Writes the graph unless there is one for the same command line; Ninja looks after changed recipes itself.
void ensure_graph(const Workspace& workspace);

}  // namespace kjx::command
