// `kjx lock`: the one command that chooses versions. What is locked stays locked, unless --update asks for more or the
// recipes ask for something else.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <set>

#include "base/file.h"
#include "command/command.h"
#include "command/workspace.h"
#include "plan/debian.h"
#include "recipe/git_tree.h"
#include "source/apt_binaries.h"
#include "source/source.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

using recipe::Lock;
using recipe::LockedClosure;
using recipe::LockedPackage;
using recipe::LockedSource;

// --- what the recipes say ---

// "busybox-1.37.0.tar.bz2" of the first alternative.
std::string file_name(const nlohmann::json& alternative) {
  const auto& fields = alternative.at("fields");
  for (const char* field : {"url", "file", "path"}) {
    if (fields.contains(field)) return fs::path(fields.at(field).get<std::string>()).filename();
  }
  return "";
}

std::map<std::string, LockedSource, std::less<>> sources_of(const graph::Graph& graph) {
  std::map<std::string, LockedSource, std::less<>> sources;
  for (const auto& action : graph.actions) {
    if (action.kind != source::fetch_action().name || action.description.contains("locked")) continue;
    const auto name = action.name.substr(0, action.name.rfind('.'));
    sources[name] = {name, file_name(action.description.at("from").at(0)),
                     Digest::parse(action.description.at("sha256").get<std::string>()).value()};
  }
  return sources;
}

// --- layers ---

// Those below. A layer in the same git tree as this one has the same commit, which cannot stand in a file of it.
std::vector<recipe::LockedLayer> layers_below(const recipe::Recipes& recipes, const Workspace& workspace) {
  RealDisk disk;
  const auto own_tree = recipe::git_tree(disk, workspace.folder);
  std::vector<recipe::LockedLayer> layers;
  for (const auto& layer : recipes.layers) {
    if (layer == workspace.folder) continue;
    const auto tree = recipe::git_tree(disk, layer);
    const bool same = tree && own_tree && tree->folder == own_tree->folder;
    layers.push_back(
        {recipe::locked_path(layer, workspace.folder, workspace.builtin), tree && !same ? tree->commit : ""});
  }
  return layers;
}

// --- Debian's packages ---

LockedClosure resolve(const plan::DebianUse& use, const fs::path& scratch) {
  const source::Binaries binaries{use.suite, use.security, use.architecture};
  LockedClosure closure{use.name, use.suite, use.security, use.architecture, {}, {}, {}};
  for (const auto& package : use.packages) closure.wants.push_back(*package);
  std::ranges::sort(closure.wants);
  try {
    const source::BinaryArchive archive(scratch, binaries, [](std::string_view line) { std::cerr << line << '\n'; });
    if (const auto trouble = archive.refresh(); !trouble.empty()) std::cerr << trouble << '\n';
    for (const auto& binary : archive.closure(closure.wants)) {
      closure.packages.push_back({binary.name,
                                  binary.version,
                                  binary.architecture,
                                  binary.file,
                                  binary.size,
                                  binary.sha256,
                                  binary.needs,
                                  {}});
    }
  } catch (const std::runtime_error& error) {
    throw Failure(Diagnostic{Kind::no_source, use.where,
                             fmt::format("apt cannot choose Debian's packages for '{}': {}", use.name, error.what()),
                             fmt::format("are they packages of {} for {}?", use.suite, use.architecture)});
  }
  return closure;
}

// --- what changed ---

std::string shown(const LockedPackage& package) {
  return fmt::format("{}, {} bytes, sha256 {}", package.version, package.size, package.sha256.hex());
}

void tell_packages(const LockedClosure* before, const LockedClosure& now) {
  std::cout << fmt::format("{}: {} Debian packages of {}{}\n", now.name, now.packages.size(), now.suite,
                           now.security ? ", with security fixes" : "");
  for (const auto& package : now.packages) {
    const auto* old = before != nullptr ? before->find(package.name) : nullptr;
    if (old != nullptr && old->sha256 == package.sha256) continue;
    if (old == nullptr) {
      std::cout << fmt::format("  {}: new, {}\n", package.name, shown(package));
    } else {
      std::cout << fmt::format("  {}: {}\n    -> {}\n", package.name, shown(*old), shown(package));
    }
  }
  if (before == nullptr) return;
  for (const auto& old : before->packages) {
    if (now.find(old.name) == nullptr) std::cout << fmt::format("  {}: gone, was {}\n", old.name, shown(old));
  }
}

void tell_sources(const Lock& before, const Lock& now) {
  for (const auto& [name, source] : now.sources) {
    const auto old = before.sources.find(name);
    if (old == before.sources.end()) {
      std::cout << fmt::format("{}: new, {}, sha256 {}\n", name, source.file, source.sha256.hex());
    } else if (old->second.sha256 != source.sha256) {
      std::cout << fmt::format("{}: {}, sha256 {}\n  -> {}, sha256 {}\n", name, old->second.file,
                               old->second.sha256.hex(), source.file, source.sha256.hex());
    }
  }
  for (const auto& [name, source] : before.sources) {
    if (!now.sources.contains(name)) std::cout << fmt::format("{}: gone, was {}\n", name, source.file);
  }
}

// --- the command ---

struct Asked {
  bool update = false;
  std::vector<std::string> names;

  // Does `--update` mean this use? By its own name, or by that of a package in it.
  [[nodiscard]] bool means(const plan::DebianUse& use, const LockedClosure* locked) const {
    if (!update || names.empty()) return update;
    return std::ranges::any_of(names, [&](const auto& name) {
      return name == use.name || (locked != nullptr && locked->find(name) != nullptr);
    });
  }
};

void check_names(const Asked& asked, const recipe::Recipes& recipes, const Lock& now) {
  std::set<std::string> known;
  for (const auto& [name, source] : now.sources) known.insert(name);
  for (const auto& [name, source] : recipes.lock.sources) known.insert(name);
  for (const auto& use : plan::debian_uses(recipes)) known.insert(use.name);
  for (const auto& [name, closure] : recipes.lock.closures) {
    for (const auto& package : closure.packages) known.insert(package.name);
  }
  for (const auto& name : asked.names) {
    if (known.contains(name)) continue;
    throw Failure(
        Diagnostic{Kind::unknown_name,
                   {},
                   fmt::format("nothing called '{}' is locked", name),
                   did_you_mean(name, {known.begin(), known.end()}, "name a recipe, or one of Debian's packages")});
  }
}

// A recipe's new digest comes in only when that is asked for.
void refuse_changed_sources(const Asked& asked, const Lock& before, const graph::Graph& graph, const Lock& now) {
  Diagnostics diagnostics;
  for (const auto& [name, source] : now.sources) {
    const auto old = before.sources.find(name);
    if (old == before.sources.end() || old->second.sha256 == source.sha256) continue;
    if (asked.update && (asked.names.empty() || std::ranges::find(asked.names, name) != asked.names.end())) continue;
    const auto* action = graph.find(name + ".source");
    diagnostics.add({Kind::not_locked,
                     action != nullptr ? action->where : Location{},
                     fmt::format("the source of '{}' is locked with another sha256", name),
                     fmt::format("`kjx lock --update {}` takes the recipe's, if that one is right", name),
                     {{old->second.where, "locked here"}}});
  }
  diagnostics.checkpoint();
}

// The sources that are not locked with the same digest in a layer below.
void leave_to_layers_below(Lock& now, const Lock& below) {
  std::erase_if(now.sources, [&](const auto& each) {
    const auto found = below.sources.find(each.first);
    return found != below.sources.end() && found->second.sha256 == each.second.sha256;
  });
}

// What is locked already is kept, and what is locked below is left there.
void lock_debian(const Asked& asked, const recipe::Recipes& recipes, const fs::path& scratch, Lock& now) {
  fs::create_directories(scratch);
  const FileLock lists(scratch / "lists.lock", [](std::string_view holder) {
    std::cerr << fmt::format("{} is using apt's lists; waiting\n", holder);
  });
  for (const auto& use : plan::debian_uses(recipes)) {
    const auto found = recipes.lock.closures.find(use.name);
    const auto* locked = found == recipes.lock.closures.end() ? nullptr : &found->second;
    if (plan::not_locked(recipes.lock, use).empty() && !asked.means(use, locked)) {
      if (recipes.own_lock.closures.contains(use.name)) now.closures[use.name] = *locked;
      continue;
    }
    now.closures[use.name] = resolve(use, scratch);
    tell_packages(locked, now.closures[use.name]);
  }
}

Lock new_lock(const Asked& asked, const plan::Plan& plan, const Workspace& workspace) {
  const recipe::Recipes& recipes = plan.recipes;
  Lock now;
  now.layers = layers_below(recipes, workspace);
  now.sources = sources_of(plan.graph);
  check_names(asked, recipes, now);
  leave_to_layers_below(now, recipes.lock_below);
  refuse_changed_sources(asked, recipes.own_lock, plan.graph, now);
  lock_debian(asked, recipes, workspace.store / "fetch/debian-binary", now);
  tell_sources(recipes.own_lock, now);
  return now;
}

}  // namespace

int lock(const Arguments& arguments) {
  Shared shared;
  Asked asked;
  CLI::App app(
      "Writes recipes/kjx.lock: the digest of every source, the version, digest and size of every Debian package, the "
      "commit of every layer below. Builds read it and never change it.",
      "kjx lock");
  add_shared(app, shared);
  app.add_flag("--update", asked.update, "move forward what is locked: everything, or what the names say");
  app.add_option("names", asked.names, "with --update: recipes, `toolroot`, or Debian's packages");
  parse(app, arguments);
  if (!asked.update && !asked.names.empty()) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             "`kjx lock` takes names only with --update",
                             "without it, everything that is not locked yet is locked"});
  }

  const auto workspace = find_workspace(shared);
  auto options = workspace.plan_options();
  options.make_key = false;
  options.locked = false;
  options.forgive_lock = asked.update && asked.names.empty();
  RealDisk disk;
  const auto plan = plan::make(disk, options);
  const auto text = recipe::lock_text(new_lock(asked, plan, workspace));
  const auto file = workspace.folder / recipe::lock_file;
  std::cout << (write_file_if_changed(file, text) ? fmt::format("written: {}\n", recipe::lock_file)
                                                  : fmt::format("{} is as it was\n", recipe::lock_file));
  return exit_ok;
}

}  // namespace kjx::command
