// What earlier builds took, on the disk: .kjx/builds/ beside the layer's recipes, so that it outlives out/.
#pragma once

#include <vector>

#include "command/workspace.h"
#include "graph/outline.h"
#include "graph/past.h"

namespace kjx::command {

// Nothing that can be read: nothing is remembered.
[[nodiscard]] graph::Past past_of(const Workspace& workspace);
// The builds whose times are kept, the latest last.
[[nodiscard]] std::vector<graph::PastBuild> past_builds(const Workspace& workspace);
// Adds one, and drops what is too old. A layer that cannot be written to has no memory, which is no failure.
void remember(const Workspace& workspace, graph::PastBuild build);

// The graph's shape as `kjx gen` left it; nothing when it did not.
[[nodiscard]] std::optional<graph::Outline> outline_of(const Workspace& workspace);

}  // namespace kjx::command
