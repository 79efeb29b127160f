#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/file.h"
#include "command/command.h"
#include "command/machine.h"
#include "command/report_data.h"

namespace kjx::command {

namespace fs = std::filesystem;

int report(const Arguments& arguments) {
  Shared shared;
  std::string name;
  std::string to;
  CLI::App app(
      "Writes one HTML page about an image that needs no network and no other file: where the builds' time went, what "
      "every package costs in time and bytes, what stands on what, how the image starts, its sizes against the limits "
      "of its contract, and the licences. Builds, tests and boots nothing: what was never measured is left out.",
      "kjx report");
  add_shared(app, shared);
  app.add_option("image", name, "an image (default: the distro's default)");
  app.add_option("--to", to, "the file (default: report/IMAGE.html in the out/ folder)");
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  const auto plan = plan_of(workspace);
  const auto& image = image_asked(plan.recipes, name);
  const auto file = to.empty() ? workspace.out / "report" / (image.name + ".html") : normal(to);
  fs::create_directories(file.parent_path());
  write_file(file, report::page(report_data(workspace, plan, image)));
  std::cout << file.string() << '\n';
  return exit_ok;
}

}  // namespace kjx::command
