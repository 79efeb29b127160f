#include "inspect/inspect.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>

#include "base/file.h"
#include "command/command.h"
#include "command/workspace.h"

namespace kjx::command {

int inspect(const Arguments& arguments) {
  std::string file;
  inspect::Options options;
  CLI::App app(
      "Prints what an image holds: boot entries, partitions, file systems, kernels, packages and services. Reads every "
      "format that kjx writes, and images of others; mounts nothing and needs no root.",
      "kjx inspect");
  app.add_option("FILE", file, "The image")->required();
  app.add_flag("--tree", options.tree, "Print every file, not only how many there are");
  parse(app, arguments);

  const TemporaryFolder scratch(std::filesystem::temp_directory_path(), "kjx-inspect");
  inspect::Report report(std::cout, options, scratch.path());
  inspect::inspect_file(report, std::filesystem::path(file).filename().string(), file);
  return exit_ok;
}

}  // namespace kjx::command
