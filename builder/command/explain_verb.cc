#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <set>

#include "command/command.h"
#include "command/target.h"
#include "command/workspace.h"
#include "graph/reach.h"
#include "step/workspace.h"

namespace kjx::command {

namespace {

constexpr std::size_t most_shown = 10;  // reasons of one action

class Explanation {
 public:
  Explanation(const graph::Graph& graph, const std::filesystem::path& out) : graph_(graph), out_(out) {}

  // `named` is told in full; of what it stands on, what is to be made.
  void tell(const std::vector<std::string>& named) {
    const auto all = graph::needed(graph_, named);
    for (const auto& action : graph_.actions) {
      if (all.contains(action.name)) look_at(action, std::ranges::find(named, action.name) != named.end());
    }
    if (!untouched_.empty())
      std::cout << fmt::format("nothing to do for {} others: {}\n", untouched_.size(), fmt::join(untouched_, ", "));
  }

 private:
  void look_at(const graph::Action& action, bool in_full) {
    std::vector<std::string> first;  // what it waits for
    const auto now = as_it_would_be(action, first);
    const auto history = out_.made(action.name);
    if (!history || !out_.result(action.name))
      return to_do(action, history ? "its result is gone" : "never built here");
    auto reasons = graph::differences(history->last, now);
    for (const auto& name : first) reasons.push_back({fmt::format("{} is made again first", name), {}});
    if (action.always) reasons.push_back({"it looks at a folder that may have changed, in every build", action.where});
    if (!reasons.empty()) {
      to_do(action, "would be built again", reasons);
    } else if (in_full) {
      told_before(action.name, *history);
    } else {
      untouched_.push_back(action.name);
    }
  }

  // What it would read. An input whose producer is made again counts as it is: whether it changes is not known yet.
  graph::Made as_it_would_be(const graph::Action& action, std::vector<std::string>& first) const {
    graph::Made now{action, {}};
    std::set<std::string> waits;
    for (const auto& input : action.inputs) {
      if (to_do_.contains(input.producer)) waits.insert(input.producer);
      const auto result = out_.result(input.producer);
      if (!result) continue;
      const auto found = result->outputs.find(input.output);
      if (found != result->outputs.end()) now.inputs.emplace(input.slot, found->second.hex());
    }
    first.assign(waits.begin(), waits.end());
    return now;
  }

  void to_do(const graph::Action& action, std::string_view why, const std::vector<graph::Reason>& reasons = {}) {
    to_do_.insert(action.name);
    std::cout << fmt::format("{}: {}\n", action.name, why);
    list(reasons);
  }

  static void told_before(const std::string& name, const graph::MadeHistory& history) {
    std::cout << fmt::format("{}: nothing to do; {}\n", name,
                             history.before ? "it was last built because" : "it was built here once");
    if (history.before) list(graph::differences(*history.before, history.last));
  }

  static void list(const std::vector<graph::Reason>& reasons) {
    std::size_t told = 0;
    for (const auto& [text, where] : reasons) {
      if (told++ == most_shown) {
        std::cout << fmt::format("  ... and {} more\n", reasons.size() - most_shown);
        return;
      }
      const auto line = where.line > 0 ? fmt::format(":{}", where.line) : std::string();
      const auto place = where ? fmt::format("{}{}: ", where.file->name, line) : std::string();
      std::cout << fmt::format("  {}{}\n", place, text);
    }
  }

  const graph::Graph& graph_;
  const step::Workspace out_;
  std::set<std::string> to_do_;
  std::vector<std::string> untouched_;
};

}  // namespace

int explain_verb(const Arguments& arguments) {
  Shared shared;
  std::string target;
  CLI::App app(
      "Says what would be built again for a target and why, down to the recipe's line, the file or the tool; and of "
      "what "
      "is up to date, why it was built last.",
      "kjx explain");
  add_shared(app, shared);
  app.add_option("target", target, "A package, image or output, or any action (default: the default image)");
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  const auto plan = plan_of(workspace);
  Explanation explanation(plan.graph, workspace.out);
  explanation.tell(plan.graph.find(target) != nullptr ? std::vector{target}
                                                      : own_actions(plan.graph, find_target(plan.graph, target)));
  return exit_ok;
}

}  // namespace kjx::command
