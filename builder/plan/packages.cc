#include <fmt/format.h>

#include "plan/context.h"
#include "plan/debian.h"
#include "recipe/closure.h"
#include "style/style.h"

namespace kjx::plan {

namespace {

struct Needs {
  recipe::Closure target;
  recipe::Closure build;
};

nlohmann::json description_of(const Context& context, const recipe::Recipe& package, const schema::Chosen& style,
                              int strip_components) {
  const auto& record = package.record;
  return {{"package", package.name},
          {"version", *record.text("version")},
          {"options", style.record.json()},
          {"strip", record.flag("strip")},
          {"keep", json_of(record.list("keep"))},
          {"drop", json_of(record.list("drop"))},
          {"target", context.target.record.json()},
          {"source_strip", strip_components}};
}

void add_files(graph::Action& action, const recipe::Recipe& package) {
  for (const auto& file : package.patches) action.files.push_back(file_of("patch/" + file.name, file));
  for (const auto& file : package.files) action.files.push_back(file_of("files/" + file.name, file));
  for (const auto& file : package.beside) action.files.push_back(file_of("recipe/" + file.name, file));
}

// All in turn: a static library's own headers and libraries are needed as well.
void add_trees(graph::Action& action, std::string_view slot, const std::vector<std::string>& packages) {
  for (const auto& name : packages) action.inputs.push_back({fmt::format("{}{}", slot, name), name, "tree"});
}

std::optional<SourceOutput> source_of(Context& context, const recipe::Recipe& package, const style::Style& style) {
  if (style.kernel_source) {
    const auto kernel = context.recipes.kernels.find("kernel");
    if (kernel != context.recipes.kernels.end()) return plan_kernel_source(context, kernel->second);
    context.diagnostics.add(
        {Kind::unknown_name, package.record.choice("style")->name.where,
         fmt::format("there is no kernel 'kernel' that package '{}' could be made from", package.name),
         "it would be read from kernel/kernel.yaml"});
    return {};
  }
  const auto sources = package.record.records("sources");
  if (sources.empty()) return {};
  if (sources.size() > 1) {
    context.diagnostics.add({Kind::bad_value, sources[1].where,
                             fmt::format("package '{}' has more than one source", package.name),
                             "make the second one a package of its own, needed by this one"});
  }
  return add_source(context, package.name, package, sources.front());
}

// Nothing is built: the package is made of Debian's.
void plan_debian_package(Context& context, const recipe::Recipe& package, const style::Style& style) {
  auto inputs = plan_debian(context, debian_use(context.recipes, package));
  const auto* chosen = package.record.choice("style");
  auto& action = context.add(style.action, package.name,
                             {{"package", package.name},
                              {"options", chosen->record.json()},
                              {"keep", json_of(package.record.list("keep"))},
                              {"drop", json_of(package.record.list("drop"))}},
                             package.where);
  action.inputs = std::move(inputs);
  add_files(action, package);
  action.outputs = {"tree"};
  action.summary = fmt::format("{} {}", package.name, *package.record.text("version"));
  context.graph.targets.push_back({package.name, {package.name}, {}});
}

void plan_package(Context& context, const recipe::Recipe& package, Needs& needs) {
  const auto* chosen = package.record.choice("style");
  const auto& style = *style::find(*chosen->name);
  if (style.debian) return plan_debian_package(context, package, style);
  const auto sources = package.record.records("sources");
  const auto source = source_of(context, package, style);
  const auto strip = sources.empty() ? 1 : static_cast<int>(sources.front().number("strip"));

  auto& action =
      context.add(style.action, package.name, description_of(context, package, *chosen, strip), package.where);
  if (source)
    action.inputs.push_back({source->output == "tree" ? "source-tree" : "source", source->action, source->output});
  add_trees(action, "sysroot.", needs.target.needs(package.name));
  add_trees(action, "tool.", needs.build.needs(package.name));
  add_files(action, package);
  action.outputs = {"tree"};
  action.summary = fmt::format("{} {}", package.name, *package.record.text("version"));
  action.locations["style"] = chosen->name.where;
  action.locations["options"] = chosen->record.where;
  for (const auto& [field, value] : chosen->record.values)
    action.locations["options." + field] = chosen->record.where_of(field);
  for (const char* field : {"version", "strip", "keep", "drop"})
    if (package.record.has(field)) action.locations[field] = package.record.where_of(field);
  for (const auto& file : package.patches) action.locations["patch/" + file.name] = whole_file(file);
  for (const auto& file : package.beside) action.locations["recipe/" + file.name] = whole_file(file);
  context.graph.targets.push_back({package.name, {package.name}, {}});
}

}  // namespace

void plan_packages(Context& context, const std::vector<std::string>& wanted) {
  const auto& packages = context.recipes.packages;
  Needs needs{{packages, "target"}, {packages, "build"}};
  for (const auto& name : wanted) plan_package(context, packages.at(name), needs);
}

}  // namespace kjx::plan
