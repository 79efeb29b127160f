#include "command/by_hand.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "command/command.h"
#include "command/graph_files.h"
#include "command/settings.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kernel_prefix = "kernel-";

// As the plan's actions call it.
std::string shown_kernel(const std::string& name) {
  return name == "kernel" ? name : std::string(kernel_prefix) + name;
}

const recipe::Recipe* find_kernel(const plan::Plan& plan, const std::string& name) {
  for (const auto& [each, kernel] : plan.recipes.kernels) {
    if (shown_kernel(each) == name && plan.graph.find(name + ".config") != nullptr) return &kernel;
  }
  return nullptr;
}

const recipe::Recipe* find_package(const plan::Plan& plan, const std::string& name) {
  const auto found = plan.recipes.packages.find(name);
  return found == plan.recipes.packages.end() ? nullptr : &found->second;
}

bool is_configured(const recipe::Recipe& package) {
  const auto* style = package.record.choice("style");
  return style != nullptr && *style->name == "kconfig";
}

std::vector<std::string> names_of(const plan::Plan& plan, bool configured_only) {
  std::vector<std::string> names;
  for (const auto& [name, kernel] : plan.recipes.kernels) {
    if (find_kernel(plan, shown_kernel(name)) != nullptr) names.push_back(shown_kernel(name));
  }
  for (const auto& [name, package] : plan.recipes.packages) {
    if (!configured_only || is_configured(package)) names.push_back(name);
  }
  return names;
}

Failure not_to_be_had(const plan::Plan& plan, const std::string& name, bool configured_only) {
  const auto names = names_of(plan, configured_only);
  const auto all = names.empty() ? std::string("no package here is configured so")
                                 : fmt::format("there are: {}", fmt::join(names, ", "));
  const bool known = find_package(plan, name) != nullptr;
  return Failure(
      Diagnostic{Kind::unknown_name, known ? find_package(plan, name)->where : Location{},
                 known ? fmt::format("package '{}' is not configured by symbols", name)
                       : fmt::format("there is no {}'{}'",
                                     configured_only ? "kernel or package " : "kernel, package or action ", name),
                 known ? all : did_you_mean(name, names, all)});
}

}  // namespace

Place place_to_build(const Workspace& workspace, const std::string& name) {
  Place place{write_graph(workspace)};
  if (const auto* kernel = find_kernel(place.plan, name)) {
    place.action = name + ".stage1";
    place.recipe = kernel;
    place.kernel = true;
  } else if (place.plan.graph.find(name) != nullptr) {
    place.action = name;
    place.recipe = find_package(place.plan, name);
  } else {
    throw not_to_be_had(place.plan, name, false);
  }
  return place;
}

Place place_to_configure(const Workspace& workspace, const std::string& name) {
  Place place{write_graph(workspace)};
  const auto* package = find_package(place.plan, name);
  if (const auto* kernel = find_kernel(place.plan, name)) {
    place.action = name + ".config";
    place.recipe = kernel;
    place.kernel = true;
  } else if (package != nullptr && is_configured(*package)) {
    place.action = name;
    place.recipe = package;
  } else {
    throw not_to_be_had(place.plan, name, true);
  }
  return place;
}

int make_inputs(const Shared& shared, const Workspace& workspace, const Place& place,
                const std::vector<std::string>& further) {
  std::set<std::string> targets;
  for (const auto& input : place.plan.graph.find(place.action)->inputs)
    targets.insert(fmt::format("results/{}.json", input.producer));
  for (const auto& action : further) targets.insert(fmt::format("results/{}.json", action));
  if (targets.empty()) return exit_ok;
  BuildOptions asked;
  asked.shared = shared;
  asked.targets.assign(targets.begin(), targets.end());
  asked.quiet = std::ranges::all_of(targets, [&](const auto& target) { return fs::exists(workspace.out / target); });
  return build_targets(asked, workspace);
}

step::Options options_for(const Workspace& workspace, const std::string& action) {
  auto options = read_settings(workspace.out);
  options.action = action;
  return options;
}

}  // namespace kjx::command
