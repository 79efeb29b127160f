#include "step/inside.h"

#include <CLI/App.hpp>

#include "command/command.h"
#include "command/workspace.h"

namespace kjx::command {

// Called by steps: `kjx inside --root DIR --directory PATH -- PROGRAM...`, or `kjx inside --trace FILE -- bwrap ...`.
int inside(const Arguments& arguments) {
  step::Inside asked;
  CLI::App app("Runs a program in the chroot that a step laid out; called by steps.", "kjx inside");
  app.add_option("--root", asked.root, "the folder that becomes the root");
  app.add_option("--directory", asked.directory, "where the program starts, in there");
  app.add_flag("--terminal", asked.terminal, "it is at a terminal of its own");
  app.add_option("--trace", asked.trace, "the file to which paths are appended that it looks for in vain");
  app.add_option("program", asked.argv, "program and arguments, behind --")->required();
  parse(app, arguments);
  return step::run_inside(asked);
}

}  // namespace kjx::command
