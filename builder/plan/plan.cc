#include "plan/plan.h"

#include <fmt/format.h>

#include <set>

#include "image/format.h"
#include "image/medium.h"
#include "plan/context.h"
#include "plan/debian.h"
#include "plan/locked.h"
#include "plan/version.h"
#include "source/source.h"
#include "style/style.h"

namespace kjx::plan {

namespace {

std::vector<std::string> all_packages(const Context& context) {
  std::vector<std::string> names;
  for (const auto& [name, package] : context.recipes.packages) names.push_back(name);
  return names;
}

// Short names for what the default image consists of.
void default_targets(Context& context) {
  const auto image = std::string(*context.recipes.distro.record.text("default"));
  if (image.empty()) return;
  context.graph.default_target = image;
}

// An override that changes nothing is a mistake.
void check_overrides(const Context& context) {
  const std::vector<std::string> names(context.sources_of.begin(), context.sources_of.end());
  for (const auto& [name, path] : context.options.override_sources) {
    if (context.sources_of.contains(name)) continue;
    context.diagnostics.add({Kind::unknown_name,
                             {},
                             fmt::format("--override-source: nothing asks for the source of '{}'", name),
                             did_you_mean(name, names)});
  }
}

void plan_images(Context& context) {
  std::map<std::string, KernelActions> kernels;
  for (const auto& [name, image] : context.recipes.images) {
    const auto kernel_name = std::string(*image.record.text("kernel"));
    if (kernel_name == recipe::no_kernel) {
      plan_image(context, image, nullptr);
      continue;
    }
    if (kernels.empty()) plan_certificate(context);
    auto planned = kernels.find(kernel_name);
    if (planned == kernels.end()) {
      planned = kernels.emplace(kernel_name, plan_kernel(context, context.recipes.kernels.at(kernel_name))).first;
    }
    plan_image(context, image, &planned->second);
  }
}

}  // namespace

const recipe::Tables& tables() {
  static const recipe::Tables tables(
      {source::alternatives(), style::alternatives(), image::alternatives(), &image::iso_table()});
  return tables;
}

recipe::Recipes read(Disk& disk, const Options& options) {
  Diagnostics diagnostics;

  // 1. Read. After it: every file of every layer is read, located and fits its table.
  auto recipes = recipe::load(disk, {options.workspace, options.builtin, options.version, options.forgive_lock},
                              tables(), diagnostics);
  diagnostics.checkpoint();

  // 2. Link. After it: every name stands for something, nothing contains itself, every required field is there.
  check_version(recipes.distro, options.version, diagnostics);
  recipe::resolve(recipes, diagnostics);
  diagnostics.checkpoint();
  return recipes;
}

Plan make(Disk& disk, const Options& asked) {
  Options options = asked;
  RecordingDisk recorder(disk);
  Diagnostics diagnostics;
  Plan plan;
  plan.recipes = read(recorder, options);

  if (!options.pinned_tools)
    options.pinned_tools = options.sandbox != "off" && plan.recipes.tools.record.table != nullptr;

  // 3. Plan. After it: the graph has an action for everything that could be asked for.
  const auto& distro = plan.recipes.distro.record;
  graph::Tools tools(recorder);
  Context context{recorder,
                  tools,
                  options,
                  plan.recipes,
                  plan.graph,
                  diagnostics,
                  plan.recipes.targets.at(*distro.text("target")),
                  distro.number("epoch")};
  plan_tool_root(context);
  plan_packages(context, all_packages(context));
  plan_images(context);
  default_targets(context);
  check_overrides(context);
  use_tool_root(context);
  check_locked_sources(context);
  check_locked_layers(context);
  diagnostics.checkpoint();

  // 4. Check. After it: the graph is whole, so that writing it cannot fail.
  graph::check(plan.graph, diagnostics);
  diagnostics.checkpoint();

  plan.graph.read.assign(recorder.touched.begin(), recorder.touched.end());
  return plan;
}

}  // namespace kjx::plan
