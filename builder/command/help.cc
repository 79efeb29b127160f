#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>

#include "command/command.h"
#include "command/layer_page.h"
#include "command/reference.h"
#include "command/workspace.h"
#include "diag/diagnostic.h"
#include "image/format.h"
#include "plan/plan.h"
#include "source/source.h"
#include "style/style.h"

namespace kjx::command {

namespace {

void overview() {
  std::cout << "kjx builds small Linux systems from recipes, the same bytes every time.\n\n";
  for (const auto& command : commands()) {
    if (!command.internal) std::cout << fmt::format("  kjx {:<11} {}\n", command.name, command.summary);
  }
  std::cout << "\n`kjx COMMAND --help` lists a command's options. Further help: `kjx help layer`,\n"
               "`kjx help recipe`, `kjx help style NAME`, `kjx help source NAME`, `kjx help image FORMAT`.\n";
}

template <typename Rows>
int registry_help(std::string_view what, const Rows& rows, const Arguments& arguments) {
  if (arguments.size() < 2) {
    for (const auto* row : rows) std::cout << fmt::format("{} {}\n  {}\n", what, row->name, row->help);
    return exit_ok;
  }
  std::vector<std::string> names;
  for (const auto* row : rows) {
    names.emplace_back(row->name);
    if (row->name != arguments[1]) continue;
    std::cout << fmt::format("{} {}\n  {}\n\n{}", what, row->name, row->help, schema::help(*row->table));
    return exit_ok;
  }
  throw Failure(Diagnostic{
      Kind::usage, {}, fmt::format("there is no {} '{}'", what, arguments[1]), did_you_mean(arguments[1], names)});
}

int recipe_help() {
  for (const auto& kind : plan::tables().files()) std::cout << schema::help(*kind.table) << '\n';
  return exit_ok;
}

int explain(const Arguments& arguments) {
  if (arguments.empty()) {
    overview();
    return exit_ok;
  }
  const auto& topic = arguments.front();
  if (topic == "style") return registry_help("style", style::styles(), arguments);
  if (topic == "source") return registry_help("source", source::kinds(), arguments);
  if (topic == "image") return registry_help("image", image::formats(), arguments);
  if (topic == "recipe") return recipe_help();
  if (topic == "layer") {
    std::cout << as_text(layer_page());
    return exit_ok;
  }
  std::vector<std::string> names{"style", "source", "image", "recipe", "layer"};
  for (const auto& command : commands()) {
    if (command.name == topic) return command.run({"--help"});
    if (!command.internal) names.emplace_back(command.name);
  }
  throw Failure(
      Diagnostic{Kind::usage, {}, fmt::format("there is no help on '{}'", topic), did_you_mean(topic, names)});
}

}  // namespace

int help(const Arguments& arguments) {
  Arguments topics;
  std::string markdown;
  std::string man;
  CLI::App app(
      "Help on a command, `layer`, `recipe`, `style NAME`, `source NAME` or `image FORMAT`; or all of it as pages.",
      "kjx help");
  app.add_option("topic", topics, "what to explain");
  app.add_option("--markdown", markdown, "write reference pages into this folder");
  app.add_option("--man", man, "write man pages into this folder");
  parse(app, arguments);
  if (!markdown.empty()) write_markdown(normal(markdown));
  if (!man.empty()) write_man(normal(man));
  if (markdown.empty() && man.empty()) return explain(topics);
  return exit_ok;
}

}  // namespace kjx::command
