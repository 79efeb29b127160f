#include "graph/outline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kjx::graph {

namespace {

using nlohmann::json;
using Indices = std::map<std::string_view, std::size_t>;

// Producers before readers, otherwise in the graph's own order. Without recursion: a chain may be long.
class Order {
 public:
  explicit Order(const Graph& graph) : graph_(graph), seen_(graph.actions.size()) {
    for (std::size_t i = 0; i < graph.actions.size(); ++i) by_name_.emplace(graph.actions[i].name, i);
    for (std::size_t i = 0; i < graph.actions.size(); ++i) walk(i);
  }
  [[nodiscard]] const std::vector<std::size_t>& order() const { return order_; }

 private:
  void walk(std::size_t first) {
    std::vector<std::pair<std::size_t, std::size_t>> stack;  // an action, and which of its inputs is next
    if (std::exchange(seen_[first], 1) == 0) stack.emplace_back(first, 0);
    while (!stack.empty()) {
      auto& [at, next] = stack.back();
      const auto& inputs = graph_.actions[at].inputs;
      if (next == inputs.size()) {
        order_.push_back(at);
        stack.pop_back();
      } else if (const auto producer = by_name_.at(inputs[next++].producer); std::exchange(seen_[producer], 1) == 0) {
        stack.emplace_back(producer, 0);
      }
    }
  }

  const Graph& graph_;
  Indices by_name_;
  std::vector<char> seen_;  // exchange() wants something to refer to
  std::vector<std::size_t> order_;
};

void add_makers(Outline& outline, const Graph& graph) {
  std::map<std::string_view, std::string_view> makers;
  for (const auto& file : graph.exports) {
    makers[file.path] = file.action;
    outline.makers[file.path] = {file.action};
  }
  for (const auto& target : graph.targets) {
    auto& names = outline.makers[target.name];
    names = target.actions;
    for (const auto& path : target.exports) {
      if (const auto maker = makers.find(path); maker != makers.end()) names.emplace_back(maker->second);
    }
  }
}

Outline read(const json& object) {
  Outline outline;
  for (const auto& row : object.at("actions")) {
    outline.nodes.push_back({row.at(0), row.at(1), row.at(2), row.at(3)});
    const auto& needs = outline.nodes.back().needs;
    const auto later = [&](std::size_t index) { return index + 1 >= outline.nodes.size(); };
    if (std::ranges::any_of(needs, later)) throw json::other_error::create(500, "not in order", &row);
  }
  outline.makers = object.at("makers");
  outline.default_target = object.at("default");
  return outline;
}

}  // namespace

Outline outline_of(const Graph& graph) {
  Outline outline;
  std::map<std::string_view, std::size_t> placed;
  const Order order(graph);
  for (const std::size_t at : order.order()) {
    const Action& action = graph.actions[at];
    std::set<std::size_t> needs;
    for (const auto& input : action.inputs) needs.insert(placed.at(input.producer));
    placed.emplace(action.name, outline.nodes.size());
    outline.nodes.push_back({action.name, action.kind, action.always, {needs.begin(), needs.end()}});
  }
  add_makers(outline, graph);
  outline.default_target = graph.default_target;
  return outline;
}

std::vector<bool> needed(const Outline& outline, const std::vector<std::string>& targets) {
  std::set<std::string> wanted;
  for (const auto& target : targets.empty() ? std::vector{outline.default_target} : targets) {
    constexpr std::string_view before = "results/";
    constexpr std::string_view behind = ".json";
    if (const auto makers = outline.makers.find(target); makers != outline.makers.end()) {
      wanted.insert(makers->second.begin(), makers->second.end());
    } else if (target.starts_with(before) && target.ends_with(behind)) {
      wanted.insert(target.substr(before.size(), target.size() - before.size() - behind.size()));
    }
  }
  std::vector<bool> found(outline.nodes.size());
  for (std::size_t i = outline.nodes.size(); i-- > 0;) {
    if (!found[i] && !wanted.contains(outline.nodes[i].name)) continue;
    found[i] = true;
    for (const std::size_t need : outline.nodes[i].needs) found[need] = true;
  }
  return found;
}

std::string outline_text(const Outline& outline) {
  json actions = json::array();
  for (const auto& node : outline.nodes) actions.push_back({node.name, node.kind, node.always, node.needs});
  return json{{"actions", std::move(actions)}, {"makers", outline.makers}, {"default", outline.default_target}}.dump() +
         "\n";
}

std::optional<Outline> parse_outline(std::string_view text) {
  try {
    return read(json::parse(text));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace kjx::graph
