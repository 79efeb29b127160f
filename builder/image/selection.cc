#include "image/selection.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "image/module_tree.h"
#include "image/programs.h"

namespace kjx::image {
namespace {

constexpr int longest_chain = 40;

store::Manifest packages_of(work::Work& work) {
  std::vector<store::Part> parts;
  for (const auto& [slot, digest] : work.inputs("package.")) {
    parts.push_back({slot, work.store().manifest(digest), {}});
  }
  auto merged = store::merge(parts);
  if (merged.conflicts.empty()) return std::move(merged.manifest);
  const auto& conflict = merged.conflicts.front();
  throw Failure(
      Diagnostic{Kind::two_owners, work.where(),
                 fmt::format("path '/{}' has two owners among the packages of initramfs/early.yaml", conflict.path),
                 "leave one of the packages out"});
}

// The path itself and every link on the way to the program.
void take_program(const store::Manifest& from, std::string path, store::Manifest& to) {
  for (int links = 0; links < longest_chain; ++links) {
    const auto* entry = from.find(path);
    if (entry == nullptr || to.find(path) != nullptr) return;
    to.add(*entry);
    to.sort();
    if (entry->type != store::Entry::Type::symlink) return;
    const std::filesystem::path target(entry->target);
    const auto next =
        target.is_absolute() ? target.relative_path() : std::filesystem::path(path).parent_path() / target;
    path = next.lexically_normal().string();
  }
}

store::Manifest programs_in(work::Work& work, Diagnostics& diagnostics) {
  const auto packages = packages_of(work);
  store::Manifest tree;
  for (const auto& program : work.description().at("programs")) {
    const auto path = program.at("path").get<std::string>();
    if (find_program(packages, path)) {
      take_program(packages, path.substr(1), tree);
      continue;
    }
    diagnostics.add({Kind::missing_program, work.where(program.value("topic", "")),
                     fmt::format("the early initramfs runs '{}', which is in none of its packages", path),
                     "add the package that brings it, or switch the busybox applet on"});
  }
  return tree;
}

store::Manifest modules_in(work::Work& work, Diagnostics& diagnostics) {
  if (!work.has_input("modules")) return {};
  const auto manifest = work.store().manifest(work.input("modules"));
  ModuleTree modules(manifest, work.store());
  for (const auto& module : work.description().at("modules")) {
    const auto name = module.at("name").get<std::string>();
    modules.choose(name);
    if (modules.has(name)) continue;
    diagnostics.add({Kind::unknown_name, work.where(module.value("topic", "")),
                     fmt::format("the kernel has no module '{}', and has it not built in", name),
                     did_you_mean(name, modules.names(), "switch it on in a fragment of the kernel")});
  }
  for (const auto& pattern : work.description().at("drivers")) modules.choose_matching(pattern.get<std::string>());
  return modules.chosen(work.store());
}

void select(work::Work& work) {
  Diagnostics diagnostics;
  auto tree = programs_in(work, diagnostics);
  const auto modules = modules_in(work, diagnostics);
  diagnostics.checkpoint();
  tree.complete_parents();
  const auto merged = store::merge({{"programs", std::move(tree), {}}, {"modules", modules, {}}});
  work.output("tree", merged.manifest);
}

}  // namespace

const work::Kind& selection_action() {
  static const work::Kind kind{"selection", 1, {}, select};
  return kind;
}

}  // namespace kjx::image
