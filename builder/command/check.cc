#include <fmt/format.h>

#include <CLI/App.hpp>
#include <iostream>

#include "command/command.h"
#include "command/terminal.h"
#include "command/workspace.h"

namespace kjx::command {

int check(const Arguments& arguments) {
  Shared shared;
  CLI::App app("Reads, links, plans and checks everything, and writes nothing.", "kjx check");
  add_shared(app, shared);
  add_format(app);
  parse(app, arguments);

  const auto plan = plan_of(find_workspace(shared));
  std::cout << fmt::format("{}: {} packages, {} services, {} images, {} actions: all well\n",
                           *plan.recipes.distro.record.text("name"), plan.recipes.packages.size(),
                           plan.recipes.services.size(), plan.recipes.images.size(), plan.graph.actions.size());
  return exit_ok;
}

}  // namespace kjx::command
