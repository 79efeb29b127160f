#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>

#include "command/command.h"
#include "command/exec.h"
#include "command/machine.h"
#include "command/session.h"
#include "command/workspace.h"

namespace kjx::command {

// Everything behind "--" is for the guest.
int ssh(const Arguments& arguments) {
  const auto dashes = std::ranges::find(arguments, "--");
  const Arguments own(arguments.begin(), dashes);

  Shared shared;
  std::string name;
  std::string user = "root";
  CLI::App app("Logs in to a machine that `kjx run` started: kjx ssh [IMAGE] [-- COMMAND...]", "kjx ssh");
  add_shared(app, shared);
  app.add_option("image", name, "its image (default: the distro's default)");
  app.add_option("--user", user, "log in as");
  parse(app, own);

  const auto workspace = find_workspace(shared);
  const auto plan = plan_of(workspace);
  const auto& image = image_asked(plan.recipes, name);
  const auto folder = workspace.out / "run";
  const auto session = find_session(folder, image.name);
  if (!session) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("no machine of image '{}' runs with a network", image.name),
                             fmt::format("start one in another terminal: kjx run {}", image.name)});
  }
  auto words = ssh_words(session->ssh_port, own_key(folder).file, user);
  if (dashes != arguments.end()) words.insert(words.end(), dashes + 1, arguments.end());
  become(words);
}

}  // namespace kjx::command
