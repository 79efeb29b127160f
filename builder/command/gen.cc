#include <fmt/format.h>

#include <CLI/App.hpp>
#include <iostream>

#include "command/command.h"
#include "command/graph_files.h"
#include "command/terminal.h"

namespace kjx::command {

int gen(const Arguments& arguments) {
  Shared shared;
  bool quiet = false;
  CLI::App app("Reads all recipes, plans the build and writes out/build.ninja, only what changed.", "kjx gen");
  add_shared(app, shared);
  app.add_flag("--quiet", quiet, "say nothing when all is well");
  add_format(app);
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  const auto plan = write_graph(workspace);
  if (!quiet)
    std::cout << fmt::format("{} actions in {}\n", plan.graph.actions.size(), (workspace.out / "build.ninja").string());
  return exit_ok;
}

}  // namespace kjx::command
