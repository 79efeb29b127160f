// Which actions a build is going to run, told beforehand by files' times, as Ninja does; only for an estimate, so cheap
// and not always right.
#pragma once

#include <string>
#include <vector>

#include "graph/outline.h"
#include "step/workspace.h"

namespace kjx::step {

enum class Pending {
  no,
  for_others,  // only because something it reads is made again, and may come out the same
  itself,      // never made here, or planned otherwise since, or what it reads is newer
};

// Of each node of the outline, for a build of these targets.
[[nodiscard]] std::vector<Pending> pending_of(const graph::Outline& outline, const std::vector<std::string>& targets,
                                              const Workspace& workspace);

}  // namespace kjx::step
