#include "command/graph_files.h"

#include <fmt/format.h>

#include <set>

#include "base/file.h"
#include "base/process.h"
#include "command/settings.h"
#include "graph/outline.h"
#include "ninja/writer.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

void write_actions(const graph::Graph& graph, const fs::path& folder) {
  fs::create_directories(folder);
  std::set<std::string> kept;
  for (const auto& action : graph.actions) {
    for (const auto& [name, text] : {std::pair{action.name + ".json", graph::action_text(action)},
                                     {action.name + ".where.json", graph::where_text(action)}}) {
      write_file_if_changed(folder / name, text);
      kept.insert(name);
    }
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!kept.contains(entry.path().filename().string())) fs::remove(entry.path());
  }
}

std::string options_text(const Workspace& workspace) { return quoted(workspace.replan()) + "\n"; }

}  // namespace

plan::Plan write_graph(const Workspace& workspace) {
  RealDisk disk;
  auto plan = plan::make(disk, workspace.plan_options());
  fs::create_directories(workspace.out);
  write_actions(plan.graph, workspace.out / "actions");
  write_file_if_changed(workspace.out / "settings.json", settings_text(workspace));
  write_file_if_changed(workspace.out / "outline.json", graph::outline_text(graph::outline_of(plan.graph)));
  write_file_if_changed(workspace.out / "build.ninja.d", ninja::depfile(plan.graph));
  write_file_if_changed(workspace.out / "build.ninja",
                        ninja::text(plan.graph, {workspace.program, workspace.out, workspace.replan()}));
  write_file_if_changed(workspace.out / "options", options_text(workspace));
  return plan;
}

void ensure_graph(const Workspace& workspace) {
  for (const char* folder : {"", "actions", "results", "images"}) remove_stale_temporaries(workspace.out / folder);
  // Another version may have left them, or nobody.
  const auto holds = [&](const char* name, const std::string& text) {
    return fs::exists(workspace.out / name) && read_file(workspace.out / name) == text;
  };
  if (fs::exists(workspace.out / "build.ninja") && holds("options", options_text(workspace)) &&
      holds("settings.json", settings_text(workspace))) {
    return;
  }
  (void)write_graph(workspace);
}

}  // namespace kjx::command
