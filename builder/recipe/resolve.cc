#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "recipe/recipes.h"

namespace kjx::recipe {

namespace {

std::vector<std::string> names_of(const ByName& recipes) {
  std::vector<std::string> names;
  for (const auto& [name, recipe] : recipes) names.push_back(name);
  return names;
}

// Applies `extends:` of recipes of one kind; a chain is followed to its root first.
class Extender {
 public:
  Extender(ByName& recipes, std::string_view kind, Diagnostics& diagnostics)
      : recipes_(recipes), kind_(kind), diagnostics_(diagnostics) {}

  void run() {
    for (auto& [name, recipe] : recipes_) visit(recipe);
    for (auto& [name, recipe] : recipes_) {
      if (!baseless_.contains(name)) schema::require_complete(recipe.record, diagnostics_);
    }
  }

 private:
  void visit(Recipe& recipe) {
    if (done_.contains(recipe.name)) return;
    const auto base_name = recipe.record.text("extends");
    if (base_name->empty()) {
      done_.insert(recipe.name);
      return;
    }
    if (std::ranges::find(path_, recipe.name) != path_.end()) return report_cycle(recipe, base_name.where);
    path_.push_back(recipe.name);
    const auto base = recipes_.find(*base_name);
    if (base == recipes_.end()) {
      diagnostics_.add({Kind::unknown_name, base_name.where,
                        fmt::format("there is no {} '{}' to extend", kind_, *base_name),
                        did_you_mean(*base_name, names_of(recipes_),
                                     fmt::format("`extends:` wants the name of another {}", kind_))});
      baseless_.insert(recipe.name);
    } else {
      visit(base->second);
      if (baseless_.contains(*base_name)) baseless_.insert(recipe.name);
      if (!done_.contains(recipe.name)) {
        recipe.base = base_name;
        recipe.record = schema::extend(base->second.record, recipe.record, diagnostics_);
        recipe.record.values.erase("extends");
      }
    }
    done_.insert(recipe.name);
    path_.pop_back();
  }

  void report_cycle(const Recipe& recipe, const Location& where) {
    diagnostics_.add(
        {Kind::cycle, where,
         fmt::format("{} '{}' extends itself: {} -> {}", kind_, recipe.name, fmt::join(path_, " -> "), recipe.name),
         "one of them must stand on its own"});
    for (const auto& name : path_) {
      done_.insert(name);
      baseless_.insert(name);
    }
  }

  ByName& recipes_;
  std::string_view kind_;
  Diagnostics& diagnostics_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
  std::set<std::string> baseless_;  // what they lack, the base might have had
};

using Names = std::vector<Located<std::string>>;

// Where a recipe of this name would stand.
std::string read_from(std::string_view kind, std::string_view name) {
  struct Place {
    std::string_view kind;
    std::string_view before;
    std::string_view after;
  };
  constexpr Place places[] = {{"package", "recipes/packages/", "/recipe.yaml"},
                              {"service", "runit/services/", "/service.yaml"},
                              {"set", "recipes/sets/", ".yaml"},
                              {"image", "recipes/images/", ".yaml"},
                              {"target", "recipes/targets/", ".yaml"},
                              {"kernel", "kernel/", ".yaml, or `kernel: none` makes a root file system alone"},
                              {"kernel fragment", "kernel/fragments/", ".config"},
                              {"stage", "runit/stages/", ""}};
  const auto* place = std::ranges::find(places, kind, &Place::kind);
  return place == std::end(places) ? ""
                                   : fmt::format("it would be read from {}{}{}", place->before, name, place->after);
}

void link(const Names& names, const ByName& among, std::string_view kind, Diagnostics& diagnostics) {
  for (const auto& name : names) {
    if (among.contains(*name)) continue;
    diagnostics.add({Kind::unknown_name, name.where, fmt::format("there is no {} '{}'", kind, *name),
                     did_you_mean(*name, names_of(among), read_from(kind, *name))});
  }
}

Names depends(const Recipe& package, std::string_view which) {
  const auto* record = package.record.record("depends");
  return record != nullptr ? record->list(which) : Names{};
}

// A depth-first walk that reports each cycle once, as its path.
class CycleFinder {
 public:
  using Edges = Names (*)(const Recipe&);
  CycleFinder(const ByName& recipes, std::string_view kind, std::string_view verb, Edges edges,
              Diagnostics& diagnostics)
      : recipes_(recipes), kind_(kind), verb_(verb), edges_(edges), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& [name, recipe] : recipes_) visit(name, recipe.where);
  }

 private:
  void visit(const std::string& name, const Location& asked_at) {
    if (done_.contains(name)) return;
    const auto recipe = recipes_.find(name);
    if (recipe == recipes_.end()) return;
    if (on_path_.contains(name)) {
      const std::vector<std::string> cycle(std::ranges::find(path_, name), path_.end());
      diagnostics_.add({Kind::cycle, asked_at,
                        fmt::format("{} '{}' {} itself: {} -> {}", kind_, name, verb_, fmt::join(cycle, " -> "), name),
                        "take one of these dependencies out"});
      return;
    }
    path_.push_back(name);
    on_path_.insert(name);
    for (const auto& next : edges_(recipe->second)) visit(*next, next.where);
    on_path_.erase(name);
    path_.pop_back();
    done_.insert(name);
  }

  const ByName& recipes_;
  std::string_view kind_;
  std::string_view verb_;
  Edges edges_;
  Diagnostics& diagnostics_;
  std::vector<std::string> path_;
  std::set<std::string> on_path_;  // the same, to search
  std::set<std::string> done_;
};

Names package_edges(const Recipe& package) {
  auto all = depends(package, "build");
  for (auto& name : depends(package, "target")) all.push_back(std::move(name));
  return all;
}
Names service_edges(const Recipe& service) { return service.record.list("needs"); }
Names set_edges(const Recipe& set) { return set.record.list("sets"); }

void link_packages(const Recipes& recipes, Diagnostics& diagnostics) {
  for (const auto& [name, package] : recipes.packages) {
    link(depends(package, "build"), recipes.packages, "package", diagnostics);
    link(depends(package, "target"), recipes.packages, "package", diagnostics);
    link(package.record.list("replaces"), recipes.packages, "package", diagnostics);
  }
  CycleFinder(recipes.packages, "package", "depends on", package_edges, diagnostics).run();
}

void link_services(const Recipes& recipes, Diagnostics& diagnostics) {
  for (const auto& [name, service] : recipes.services) {
    link(service.record.list("needs"), recipes.services, "service", diagnostics);
    if (const auto* watchdog = service.record.record("watchdog"))
      link(watchdog->list("services"), recipes.services, "service", diagnostics);
  }
  CycleFinder(recipes.services, "service", "needs", service_edges, diagnostics).run();
}

void link_collections(const Recipes& recipes, Diagnostics& diagnostics) {
  for (const auto* kind : {&recipes.sets, &recipes.images}) {
    for (const auto& [name, recipe] : *kind) {
      link(recipe.record.list("sets"), recipes.sets, "set", diagnostics);
      link(recipe.record.list("packages"), recipes.packages, "package", diagnostics);
      link(recipe.record.list("services"), recipes.services, "service", diagnostics);
    }
  }
  for (const auto& [name, image] : recipes.images) {
    if (image.record.has("extends")) continue;  // its base, which would say, was not found
    const auto kernel = image.record.text("kernel");
    if (*kernel != no_kernel) link({kernel}, recipes.kernels, "kernel", diagnostics);
  }
  CycleFinder(recipes.sets, "set", "contains", set_edges, diagnostics).run();
}

std::vector<std::string> keys(const std::map<std::string, DataFile, std::less<>>& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const auto& [name, file] : files) names.push_back(name);
  return names;
}

void link_files(const Names& names, const std::map<std::string, DataFile, std::less<>>& files, std::string_view what,
                Diagnostics& diagnostics) {
  for (const auto& name : names) {
    if (files.contains(*name)) continue;
    diagnostics.add({Kind::unknown_name, name.where, fmt::format("there is no {} '{}'", what, *name),
                     did_you_mean(*name, keys(files), read_from(what, *name))});
  }
}

// Both are targets of `kjx build`.
void separate_names(const Recipes& recipes, Diagnostics& diagnostics) {
  for (const auto& [name, image] : recipes.images) {
    const auto package = recipes.packages.find(name);
    if (package == recipes.packages.end()) continue;
    diagnostics.add({Kind::duplicate_name,
                     image.where,
                     fmt::format("image '{0}' and package '{0}' have the same name", name),
                     "`kjx build` could not tell them apart; rename one",
                     {{package->second.where, "the package"}}});
  }
}

void link_distro(const Recipes& recipes, Diagnostics& diagnostics) {
  const auto& distro = recipes.distro.record;
  link({distro.text("target")}, recipes.targets, "target", diagnostics);
  if (distro.has("default")) link({distro.text("default")}, recipes.images, "image", diagnostics);
}

}  // namespace

void resolve(Recipes& recipes, Diagnostics& diagnostics) {
  Extender(recipes.packages, "package", diagnostics).run();
  Extender(recipes.sets, "set", diagnostics).run();
  Extender(recipes.images, "image", diagnostics).run();
  Extender(recipes.kernels, "kernel", diagnostics).run();
  Extender(recipes.services, "service", diagnostics).run();
  link_packages(recipes, diagnostics);
  link_services(recipes, diagnostics);
  link_collections(recipes, diagnostics);
  separate_names(recipes, diagnostics);
  link_distro(recipes, diagnostics);
  for (const auto& [name, kernel] : recipes.kernels) {
    link_files(kernel.record.list("fragments"), recipes.fragments, "kernel fragment", diagnostics);
  }
  if (recipes.early.record.table != nullptr) {
    link(recipes.early.record.list("packages"), recipes.packages, "package", diagnostics);
  }
  link_files(recipes.runit.record.list("stages"), recipes.stages, "stage", diagnostics);
}

}  // namespace kjx::recipe
