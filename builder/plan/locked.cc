#include "plan/locked.h"

#include <fmt/format.h>

#include <algorithm>

#include "recipe/git_tree.h"
#include "source/source.h"

namespace kjx::plan {

namespace {

bool holds(const Context& context) { return context.recipes.own_lock.there && context.options.locked; }

// What is wrong with it, as the end of a sentence; empty when nothing is.
std::string difference(Disk& disk, const std::filesystem::path& layer, const recipe::LockedLayer& locked) {
  if (locked.commit.empty()) return "";
  const auto tree = recipe::git_tree(disk, layer);
  // The layer of an installed kjx has no history.
  if (!tree) return locked.path == "builtin" ? "" : fmt::format("is in no git tree, and locked at {}", locked.commit);
  return tree->commit == locked.commit ? "" : fmt::format("is at {}, and locked at {}", tree->commit, locked.commit);
}

void check_layer(const Context& context, const std::filesystem::path& layer) {
  const auto& lock = context.recipes.own_lock;
  const auto path = recipe::locked_path(layer, context.options.workspace, context.options.builtin);
  const auto locked = std::ranges::find(lock.layers, path, &recipe::LockedLayer::path);
  if (locked == lock.layers.end()) {
    context.diagnostics.add({Kind::not_locked, context.recipes.distro.record.where_of("layers"),
                             fmt::format("the layer {} is not in {}", path, recipe::lock_file), run_lock_again});
    return;
  }
  if (const auto what = difference(context.disk, layer, *locked); !what.empty()) {
    context.diagnostics.add({Kind::not_locked, locked->where, fmt::format("the layer {} {}", path, what),
                             "`kjx lock` takes the layer as it is now, `git checkout` there goes back"});
  }
}

}  // namespace

void check_locked_layers(const Context& context) {
  if (!holds(context)) return;
  for (const auto& layer : context.recipes.layers) {
    if (layer != context.options.workspace) check_layer(context, layer);
  }
}

void check_locked_sources(const Context& context) {
  const auto& lock = context.recipes.lock;
  if (!holds(context)) return;
  for (const auto& action : context.graph.actions) {
    if (action.kind != source::fetch_action().name || action.description.contains("locked")) continue;
    const auto owner = action.name.substr(0, action.name.rfind('.'));
    const auto found = lock.sources.find(owner);
    if (found == lock.sources.end()) {
      context.diagnostics.add({Kind::not_locked, action.where,
                               fmt::format("the source of '{}' is not in {}", owner, recipe::lock_file),
                               run_lock_again});
    } else if (found->second.sha256.hex() != action.description.at("sha256").get<std::string>()) {
      context.diagnostics.add({Kind::not_locked,
                               action.where,
                               fmt::format("the source of '{}' is locked with another sha256", owner),
                               "`kjx lock --update` takes the recipe's, if that one is right",
                               {{found->second.where, "locked here"}}});
    }
  }
}

}  // namespace kjx::plan
