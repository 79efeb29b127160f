#include "graph/reach.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace kjx::graph {

std::set<std::string> needed(const Graph& graph, const std::vector<std::string>& actions) {
  std::map<std::string_view, const Action*> by_name;
  for (const auto& action : graph.actions) by_name.emplace(action.name, &action);
  std::set<std::string> found;
  std::vector<std::string> left = actions;
  while (!left.empty()) {
    const auto name = left.back();
    left.pop_back();
    if (!found.insert(name).second) continue;
    for (const auto& input : by_name.at(name)->inputs) left.push_back(input.producer);
  }
  return found;
}

std::set<std::string> around(const Graph& graph, const std::vector<std::string>& actions) {
  auto found = needed(graph, actions);
  for (const auto& action : graph.actions) {
    const auto reads = [&](const Input& input) { return std::ranges::find(actions, input.producer) != actions.end(); };
    if (std::ranges::any_of(action.inputs, reads)) found.insert(action.name);
  }
  return found;
}

}  // namespace kjx::graph
