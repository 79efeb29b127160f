#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/file.h"
#include "base/process.h"
#include "command/command.h"
#include "command/target.h"
#include "command/workspace.h"
#include "graph/dot.h"
#include "graph/reach.h"

namespace kjx::command {

namespace {

graph::Graph planned(const Shared& shared) { return plan_of(find_workspace(shared)).graph; }

std::set<std::string> asked_of(const graph::Graph& graph, const std::string& target) {
  if (graph.find(target) != nullptr) return graph::around(graph, {target});
  if (!target.empty()) return graph::around(graph, own_actions(graph, find_target(graph, target)));
  std::set<std::string> all;
  for (const auto& action : graph.actions) all.insert(action.name);
  return all;
}

std::string drawn(const std::string& text) {
  if (!find_program("dot"))
    throw Failure(
        Diagnostic{Kind::no_tool, {}, "there is no program `dot`, which draws it", "apt-get install graphviz"});
  const TemporaryFolder folder(std::filesystem::temp_directory_path(), "kjx-graph");
  const auto file = folder.path() / "graph.dot";
  write_file(file, text);
  const auto said = capture({.argv = {"dot", "-Tsvg", file.string()}});
  if (!said.exit.ok())
    throw Failure(Diagnostic{Kind::program_failed, {}, fmt::format("`dot` failed: {}", said.output)});
  return said.output;
}

}  // namespace

int graph_verb(const Arguments& arguments) {
  Shared shared;
  std::string target;
  bool svg = false;
  CLI::App app(
      "Prints the build as a picture: every action, what it reads of which others, and the files that come out. With a "
      "target only what that needs, and who needs it.",
      "kjx graph");
  add_shared(app, shared);
  app.add_option("target", target, "A package, image or output, or any action");
  app.add_flag("--svg", svg, "draw it, by Graphviz; otherwise its text is printed (DOT)");
  parse(app, arguments);

  const auto graph = planned(shared);
  const auto text = graph::dot_text(graph, asked_of(graph, target));
  std::cout << (svg ? drawn(text) : text);
  return exit_ok;
}

}  // namespace kjx::command
