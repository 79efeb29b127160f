#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "graph/graph.h"

namespace kjx::graph {

const Action* Graph::find(std::string_view name) const {
  const auto found = std::ranges::find(actions, name, &Action::name);
  return found == actions.end() ? nullptr : &*found;
}

namespace {

bool good_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                  c == '+' || c == '-';
         });
}

bool good_path(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (!good_name(path.substr(0, slash))) return false;
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return true;
}

class Checker {
 public:
  Checker(const Graph& graph, Diagnostics& diagnostics) : graph_(graph), diagnostics_(diagnostics) {}

  void run() {
    names();
    inputs();
    exports();
    targets();
    if (diagnostics_.empty()) cycles();
  }

 private:
  void error(const Location& where, std::string message, std::string help = {}) {
    diagnostics_.add({Kind::graph, where, std::move(message), std::move(help)});
  }

  void names() {
    for (const auto& action : graph_.actions) {
      if (!good_name(action.name)) error(action.where, fmt::format("an action cannot be called '{}'", action.name));
      const auto [same, fresh] = by_name_.emplace(action.name, &action);
      if (fresh) continue;
      diagnostics_.add({Kind::graph,
                        action.where,
                        fmt::format("two actions are called '{}'", action.name),
                        "two recipes ask for the same output; rename one",
                        {{same->second->where, "the other one comes from here"}}});
    }
  }

  const Action* action(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  // Does `producer` make `output`? Says so if not.
  void expect(const std::string& producer, const std::string& output, const Location& where, const std::string& who) {
    const auto* from = action(producer);
    if (from == nullptr) return error(where, fmt::format("{} reads '{}', which nothing makes", who, producer));
    if (std::ranges::find(from->outputs, output) == from->outputs.end()) {
      error(where, fmt::format("{} reads '{}' of '{}', which makes only: {}", who, output, producer,
                               fmt::join(from->outputs, ", ")));
    }
  }

  void inputs() {
    for (const auto& each : graph_.actions) {
      std::set<std::string_view> slots;
      for (const auto& input : each.inputs) {
        expect(input.producer, input.output, each.where, fmt::format("action '{}'", each.name));
        if (!slots.insert(input.slot).second)
          error(each.where, fmt::format("action '{}' has two inputs '{}'", each.name, input.slot));
      }
    }
  }

  void exports() {
    for (const auto& each : graph_.exports) {
      const auto* from = action(each.action);
      const auto where = from != nullptr ? from->where : Location{};
      expect(each.action, each.output, where, fmt::format("export '{}'", each.path));
      if (!good_path(each.path)) error(where, fmt::format("'{}' cannot be the name of an exported file", each.path));
      if (!exported_.emplace(each.path, from).second)
        error(where, fmt::format("two actions put out '{}'", each.path), "rename one of the outputs");
    }
  }

  void targets() {
    std::set<std::string_view> names;
    for (const auto& target : graph_.targets) {
      if (!good_name(target.name)) error({}, fmt::format("a target cannot be called '{}'", target.name));
      if (!names.insert(target.name).second) error({}, fmt::format("two targets are called '{}'", target.name));
      for (const auto& name : target.actions) {
        if (action(name) == nullptr)
          error({}, fmt::format("target '{}' names '{}', which nothing makes", target.name, name));
      }
      for (const auto& path : target.exports) {
        if (!exported_.contains(path))
          error({}, fmt::format("target '{}' names '{}', which nothing puts out", target.name, path));
      }
    }
    if (!graph_.default_target.empty() && !names.contains(graph_.default_target)) {
      error({}, fmt::format("the default target '{}' does not exist", graph_.default_target));
    }
  }

  void cycles() {
    for (const auto& each : graph_.actions) visit(each);
  }

  void visit(const Action& each) {
    auto& state = state_[each.name];
    if (state == State::done) return;
    if (state == State::open) {
      const std::vector<std::string> cycle(std::ranges::find(path_, each.name), path_.end());
      return error(each.where,
                   fmt::format("action '{}' needs itself: {} -> {}", each.name, fmt::join(cycle, " -> "), each.name));
    }
    state = State::open;
    path_.push_back(each.name);
    for (const auto& input : each.inputs) visit(*by_name_.at(input.producer));
    path_.pop_back();
    state_[each.name] = State::done;
  }

  enum class State { fresh, open, done };
  const Graph& graph_;
  Diagnostics& diagnostics_;
  std::unordered_map<std::string, const Action*> by_name_;
  std::map<std::string, const Action*> exported_;
  std::unordered_map<std::string, State> state_;
  std::vector<std::string> path_;
};

}  // namespace

void check(const Graph& graph, Diagnostics& diagnostics) { Checker(graph, diagnostics).run(); }

}  // namespace kjx::graph
