#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <algorithm>

#include "base/file.h"
#include "command/command.h"
#include "command/work_folder.h"
#include "command/workspace.h"
#include "step/work_copy.h"

namespace kjx::command {

namespace {

// Names of packages whose source `kjx shell` laid out, and somebody edited.
std::vector<std::string> edited_in(const Workspace& workspace) {
  std::vector<std::string> names;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(work_folders(workspace), absent)) {
    if (entry.is_directory() && step::was_edited(entry.path())) names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

int clean(const Arguments& arguments) {
  Shared shared;
  CLI::App app(
      "Removes out/. The store keeps what was built, so the next build is quick. Sources that were edited in `kjx "
      "shell` "
      "are not removed unless --all says so.",
      "kjx clean");
  add_shared(app, shared);
  bool all = false;
  app.add_flag("--all", all, "sources that were edited in `kjx shell`, too");
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  // Only a folder that kjx wrote, whatever --out says.
  if (!std::filesystem::exists(workspace.out)) return exit_ok;
  if (!std::filesystem::exists(workspace.out / "build.ninja")) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             workspace.out.string() + " was not written by kjx: it has no build.ninja",
                             "remove it by hand if you mean it"});
  }
  const auto edited = edited_in(workspace);
  if (!edited.empty() && !all) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("sources that were edited are in there: {}", fmt::join(edited, ", ")),
                             "`kjx patch NAME` keeps what was edited as a patch; `kjx clean --all` removes it"});
  }
  remove_tree(workspace.out);
  return exit_ok;
}

}  // namespace kjx::command
