// What `kjx report` shows, gathered from the plan, the store, the workspace and what earlier builds and boots took.
#pragma once

#include "command/workspace.h"
#include "plan/plan.h"
#include "report/page.h"

namespace kjx::command {

// What is not there (nothing built, no boot measured) is left out. Throws Failure where the contract is wrong.
[[nodiscard]] report::Data report_data(const Workspace& workspace, const plan::Plan& plan, const recipe::Recipe& image);

}  // namespace kjx::command
