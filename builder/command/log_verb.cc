#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <iostream>

#include "base/error.h"
#include "base/file.h"
#include "command/command.h"
#include "command/target.h"
#include "command/workspace.h"
#include "step/workspace.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

struct Log {
  std::string action;
  fs::path file;
  std::time_t when;
};

// Seconds since 1970.
std::time_t changed(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) throw IoError("read", file, errno);
  return status.st_mtime;
}

// Those of this workspace, the latest last.
std::vector<Log> all_logs(const fs::path& folder) {
  std::vector<Log> logs;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) {
    if (entry.path().extension() == ".log")
      logs.push_back({entry.path().stem().string(), entry.path(), changed(entry.path())});
  }
  std::ranges::sort(logs, {}, [](const Log& log) { return std::pair(log.when, log.action); });
  return logs;
}

// An action's own, or those of a target's actions.
std::vector<std::string> names_for(const Workspace& workspace, const std::string& asked) {
  const auto graph = plan_of(workspace).graph;
  if (graph.find(asked) != nullptr) return {asked};
  return own_actions(graph, find_target(graph, asked));
}

int print_logs(const Workspace& workspace, const std::string& asked) {
  const step::Workspace out(workspace.out);
  bool any = false;
  const auto names = fs::exists(out.log_file(asked)) ? std::vector{asked} : names_for(workspace, asked);
  for (const auto& name : names) {
    const auto file = out.log_file(name);
    if (!fs::exists(file)) continue;
    any = true;
    if (names.size() > 1) std::cout << fmt::format("--- {}\n", name);
    std::cout << read_file(file);
  }
  if (any) return exit_ok;
  throw Failure(Diagnostic{Kind::unknown_name,
                           {},
                           fmt::format("'{}' has no log: it never ran in {}", asked, workspace.out.string()),
                           "what was found in the store was made elsewhere; `kjx log` lists the logs there are"});
}

}  // namespace

int log_verb(const Arguments& arguments) {
  Shared shared;
  std::string name;
  CLI::App app("Prints what an action's programs said when it last ran here; without a name, lists the logs there are.",
               "kjx log");
  add_shared(app, shared);
  app.add_option("name", name, "A package, image or output, or any action");
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  if (!name.empty()) return print_logs(workspace, name);
  for (const auto& log : all_logs(workspace.out / "logs"))
    std::cout << fmt::format("{:%Y-%m-%d %H:%M:%S}  {:>9}  {}\n", fmt::localtime(log.when), fs::file_size(log.file),
                             log.action);
  return exit_ok;
}

}  // namespace kjx::command
