#include "kernel/kernel.h"

#include <fmt/format.h>

#include "plan/context.h"

namespace kjx::plan {

namespace {

// "kernel" for kernel/kernel.yaml, "kernel-pc" for kernel/pc.yaml.
std::string prefix_of(const recipe::Recipe& kernel) {
  return kernel.name == "kernel" ? "kernel" : "kernel-" + kernel.name;
}

}  // namespace

void add_patches(const Context& context, graph::Action& action) {
  for (const auto& patch : context.recipes.kernel_patches) {
    action.files.push_back(file_of("patch/" + patch.name, patch));
    action.locations["patch/" + patch.name] = whole_file(patch);
  }
}

nlohmann::json make_description(const Context& context, const recipe::Recipe& kernel) {
  const auto& target = *context.target.record.record("kernel");
  return {{"version", *kernel.record.text("version")},
          {"arch", *target.text("arch")},
          {"make_target", *target.text("make-target")},
          {"kernel_image", *target.text("image")},
          {"make", json_of(kernel.record.list("make"))},
          {"source_strip", kernel.record.records("sources").front().number("strip")}};
}

namespace {

void plan_configure(Context& context, const recipe::Recipe& kernel, const KernelActions& actions,
                    const SourceOutput& source) {
  auto description = make_description(context, kernel);
  description["base"] = *kernel.record.text("base");
  description["fragments"] = json_of(kernel.record.list("fragments"));
  auto& action = context.add(kernel::configure_action(), actions.config, std::move(description),
                             kernel.record.where_of("fragments"));
  action.inputs = {{"source", source.action, source.output}};
  for (const auto& name : kernel.record.list("fragments")) {
    const auto& fragment = context.recipes.fragments.at(*name);
    action.files.push_back(file_of("fragment/" + *name, fragment));
    action.locations["fragment/" + *name] = whole_file(fragment);
  }
  add_patches(context, action);
  action.outputs = {"config"};
  action.summary = fmt::format("configure {}", actions.prefix);
}

void plan_stage1(Context& context, const recipe::Recipe& kernel, const KernelActions& actions,
                 const SourceOutput& source) {
  auto& action = context.add(kernel::stage1_action(), actions.stage1, make_description(context, kernel), kernel.where);
  action.inputs = {{"source", source.action, source.output}, {"config", actions.config, "config"}};
  const auto placeholder = context.recipes.kernel_files.find("placeholder.pem");
  if (placeholder != context.recipes.kernel_files.end())
    action.files.push_back(file_of("placeholder.pem", placeholder->second));
  add_patches(context, action);
  action.outputs = {"objects", "modules", "release", "config"};
  action.summary = fmt::format("{} {}, stage 1", actions.prefix, *kernel.record.text("version"));
}

}  // namespace

SourceOutput plan_kernel_source(Context& context, const recipe::Recipe& kernel) {
  return add_source(context, prefix_of(kernel), kernel, kernel.record.records("sources").front());
}

KernelActions plan_kernel(Context& context, const recipe::Recipe& kernel) {
  const auto prefix = prefix_of(kernel);
  const auto source = plan_kernel_source(context, kernel);
  KernelActions actions{
      prefix, source.action, source.output, prefix + ".config", prefix + ".stage1", prefix + ".modules"};
  plan_configure(context, kernel, actions, source);
  plan_stage1(context, kernel, actions, source);
  plan_signing(context, kernel, actions);
  return actions;
}

}  // namespace kjx::plan
