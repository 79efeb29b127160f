// What a build takes from elsewhere is held against the lock.
#pragma once

#include "plan/context.h"

namespace kjx::plan {

inline constexpr auto run_lock_again = "`kjx lock` brings the lock up to date with the recipes";

// Errors: a source that the workspace's own lock does not list, or lists with another digest.
void check_locked_sources(const Context& context);

// Errors: a layer below that the workspace's own lock does not list, or that stands at another commit. A layer of the
// same git tree has no commit there, and what a layer has beside its commit is not looked at.
void check_locked_layers(const Context& context);

}  // namespace kjx::plan
