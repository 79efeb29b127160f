#include "command/target.h"

#include <fmt/format.h>

#include <algorithm>

namespace kjx::command {

const graph::Target& find_target(const graph::Graph& graph, const std::string& asked) {
  const auto& name = asked.empty() ? graph.default_target : asked;
  const auto found = std::ranges::find(graph.targets, name, &graph::Target::name);
  if (found == graph.targets.end()) throw no_such_target(graph, name);
  return *found;
}

Failure no_such_target(const graph::Graph& graph, const std::string& asked) {
  std::vector<std::string> names;
  std::string all;
  for (const auto& target : graph.targets) {
    names.push_back(target.name);
    all += (all.empty() ? "" : ", ") + target.name;
  }
  for (const auto& file : graph.exports) names.push_back(file.path);
  return Failure(Diagnostic{Kind::unknown_name,
                            {},
                            fmt::format("there is no target '{}'", asked),
                            did_you_mean(asked, names, "there are: " + all)});
}

std::vector<std::string> own_actions(const graph::Graph& graph, const graph::Target& target) {
  std::vector<std::string> names = target.actions;
  for (const auto& file : graph.exports) {
    if (std::ranges::find(target.exports, file.path) != target.exports.end()) names.push_back(file.action);
  }
  return names;
}

}  // namespace kjx::command
