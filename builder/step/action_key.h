// The name under which the store knows an action's result.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "graph/graph.h"
#include "step/sandbox.h"

namespace kjx::step {

// Raise it when the same action and inputs must not find results of an older kjx: another sandbox, another key.
inline constexpr int key_format = 1;

// An input's slot and what its producer made for it, in the action's order.
using InputDigests = std::vector<std::pair<std::string, Digest>>;

// Over: the action's text (name, kind with its revision, description with target and tool versions, digests of the
// author's files), the inputs' digests, the sandbox mode (and what weakens it: `kjx verify`'s variations, holes), the
// format. Not over: locations, host paths, producers' names.
[[nodiscard]] Digest action_key(const graph::Action& action, const InputDigests& inputs, SandboxMode mode,
                                bool varied = false, const std::vector<std::string>& holes = {});

}  // namespace kjx::step
