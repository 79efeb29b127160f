#include "plan/debian.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plan/locked.h"
#include "source/source.h"
#include "style/debian_tree.h"
#include "style/style.h"

namespace kjx::plan {

namespace {

constexpr auto run_lock = "`kjx lock` chooses versions and writes them down; builds then take exactly those";

std::string deb_name(const recipe::LockedPackage& package) {
  // Two uses may hold different versions of one package.
  return fmt::format("deb.{}.{}", package.name, package.sha256.hex().substr(0, 12));
}

nlohmann::json fields_of(const recipe::LockedClosure& closure, const recipe::LockedPackage& package) {
  return {{"package", package.name}, {"version", package.version},   {"architecture", closure.architecture},
          {"suite", closure.suite},  {"security", closure.security}, {"file", package.file}};
}

// The actions that get and unpack one package.
void plan_deb(Context& context, const recipe::LockedClosure& closure, const recipe::LockedPackage& package) {
  const std::string name = deb_name(package);
  if (!context.debs.insert(name).second) return;
  const std::string shown = fmt::format("{} {}", package.name, package.version);
  auto& fetch = context.add(source::fetch_action(), name + ".source",
                            {{"name", shown},
                             {"sha256", package.sha256.hex()},
                             {"locked", true},
                             {"from", {{{"kind", "debian-binary"}, {"fields", fields_of(closure, package)}}}}},
                            package.where);
  fetch.outputs = {"file"};
  fetch.summary = fmt::format("fetch {}", shown);
  auto& unpack = context.add(style::deb_action(), name, {{"name", shown}}, package.where);
  unpack.inputs = {{"file", name + ".source", "file"}};
  unpack.outputs = {"tree"};
  unpack.summary = fmt::format("unpack {}", shown);
}

// What of the two differs, as the end of a sentence; empty when nothing does.
std::string difference(const recipe::LockedClosure& locked, const DebianUse& use) {
  if (locked.suite != use.suite) return fmt::format("from {}, and its recipe says {}", locked.suite, use.suite);
  if (locked.architecture != use.architecture)
    return fmt::format("for {}, and its recipe says {}", locked.architecture, use.architecture);
  if (locked.security != use.security)
    return fmt::format("with{0} security fixes, and its recipe says with{1}", locked.security ? "" : "out",
                       use.security ? "" : "out");
  return "";
}

std::string architecture_of(const recipe::Recipes& recipes) {
  return *recipes.targets.at(*recipes.distro.record.text("target")).record.text("oci");
}

bool is_debian(const recipe::Recipe& package) {
  const auto* chosen = package.record.choice("style");
  if (chosen == nullptr) return false;
  const auto* style = style::find(*chosen->name);
  return style != nullptr && style->debian;
}

// Errors: an action runs programs of a package that the tool root does not have.
void check_tool_root(const Context& context) {
  const auto locked = context.recipes.lock.closures.find(tool_root_name);
  if (locked == context.recipes.lock.closures.end()) return;  // which was said
  std::set<std::string> said;
  for (const auto& action : context.graph.actions) {
    for (const auto& tool : action.tools) {
      if (locked->second.find(tool) != nullptr || !said.insert(tool).second) continue;
      context.diagnostics.add({Kind::no_tool, context.recipes.tools.record.where_of("packages"),
                               fmt::format("the tool root has no '{}', whose programs '{}' runs", tool, action.name),
                               "name that Debian package here, and run `kjx lock`"});
    }
  }
}

}  // namespace

DebianUse debian_use(const recipe::Recipes& recipes, const recipe::Recipe& package) {
  const auto& options = package.record.choice("style")->record;
  return {package.name,
          *options.text("suite"),
          options.flag("security"),
          architecture_of(recipes),
          options.list("packages"),
          options.where_of("packages")};
}

DebianUse tool_root_use(const recipe::Recipe& tools) {
  return {std::string(tool_root_name),        *tools.record.text("suite"),   tools.record.flag("security"),
          *tools.record.text("architecture"), tools.record.list("packages"), tools.record.where_of("packages")};
}

DebianUse menu_root_use(const recipe::Recipe& tools) {
  auto use = tool_root_use(tools);
  use.name = menu_root_name;
  use.packages = tools.record.list("menu");
  use.where = tools.record.where_of("menu");
  return use;
}

std::vector<DebianUse> debian_uses(const recipe::Recipes& recipes) {
  std::vector<DebianUse> uses;
  for (const auto& [name, package] : recipes.packages) {
    if (is_debian(package)) uses.push_back(debian_use(recipes, package));
  }
  const auto& tools = recipes.tools;
  if (tools.record.table != nullptr) uses.push_back(tool_root_use(tools));
  if (tools.record.table != nullptr && !tools.record.list("menu").empty()) uses.push_back(menu_root_use(tools));
  return uses;
}

std::vector<Diagnostic> not_locked(const recipe::Lock& lock, const DebianUse& use) {
  const auto found = lock.closures.find(use.name);
  if (found == lock.closures.end()) {
    return {{Kind::not_locked, use.where,
             fmt::format("the Debian packages of '{}' are not in {}", use.name, recipe::lock_file), run_lock}};
  }
  const auto& locked = found->second;
  std::vector<Diagnostic> all;
  if (const auto what = difference(locked, use); !what.empty()) {
    all.push_back({Kind::not_locked,
                   use.where,
                   fmt::format("'{}' is locked {}", use.name, what),
                   run_lock_again,
                   {{locked.where, "locked here"}}});
  }
  std::set<std::string> wanted;
  for (const auto& package : use.packages) {
    wanted.insert(*package);
    if (std::ranges::find(locked.wants, *package) != locked.wants.end()) continue;
    all.push_back({Kind::not_locked,
                   package.where,
                   fmt::format("Debian's '{}' is not locked for '{}'", *package, use.name),
                   run_lock_again,
                   {{locked.where, "what is locked"}}});
  }
  for (const auto& name : locked.wants) {
    if (wanted.contains(name)) continue;
    all.push_back({Kind::not_locked,
                   locked.where,
                   fmt::format("Debian's '{}' is locked for '{}', which no longer names it", name, use.name),
                   run_lock_again,
                   {{use.where, "what it names"}}});
  }
  return all;
}

// What the lock has for it; nothing, after an error, where it does not fit.
const recipe::LockedClosure* locked_for(Context& context, const DebianUse& use) {
  const auto missing = not_locked(context.recipes.lock, use);
  for (const Diagnostic& each : missing) context.diagnostics.add(each);
  return missing.empty() ? &context.recipes.lock.closures.find(use.name)->second : nullptr;
}

std::vector<graph::Input> plan_debian(Context& context, const DebianUse& use) {
  if (use.architecture.empty()) {
    context.diagnostics.add(
        {Kind::missing_key, context.target.where,
         fmt::format("target '{}' does not say what Debian calls it, and '{}' is made of its packages",
                     context.target.name, use.name),
         "Debian and container images use the same names: write `oci: amd64` there"});
    return {};
  }
  if (!context.options.locked) return {};
  const auto* closure = locked_for(context, use);
  if (closure == nullptr) return {};
  std::vector<graph::Input> inputs;
  for (const auto& package : closure->packages) {
    plan_deb(context, *closure, package);
    inputs.push_back({"deb." + package.name, deb_name(package), "tree"});
  }
  return inputs;
}

std::map<std::string, std::string> locked_tools(const recipe::Lock& lock, const std::vector<std::string>& packages) {
  std::map<std::string, std::string> versions;
  const auto locked = lock.closures.find(tool_root_name);
  if (locked == lock.closures.end()) return versions;
  for (const auto& name : packages) {
    if (const auto* package = locked->second.find(name)) versions[name] = package->version;
  }
  return versions;
}

// One action for all: nobody asks for one of them alone, and two actions for each made every plan half as long again.
void plan_tool_debs(Context& context, std::string_view name, const recipe::LockedClosure& closure) {
  auto packages = nlohmann::json::array();
  auto& fetch = context.add(source::fetch_debs_action(), fmt::format("{}.source", name), {}, closure.where);
  for (const auto& package : closure.packages) {
    packages.push_back({{"package", package.name},
                        {"version", package.version},
                        {"file", package.file},
                        {"sha256", package.sha256.hex()}});
    fetch.locations.emplace(package.name, package.where);
  }
  fetch.description = {{"suite", closure.suite},
                       {"architecture", closure.architecture},
                       {"security", closure.security},
                       {"packages", std::move(packages)}};
  fetch.outputs = {"tree"};
  fetch.summary = fmt::format("fetch {} packages of {}", closure.packages.size(), closure.suite);
}

graph::Action& plan_root_of(Context& context, std::string_view name, const recipe::LockedClosure& closure) {
  const auto& tools = context.recipes.tools;
  plan_tool_debs(context, name, closure);
  nlohmann::json links = nlohmann::json::object();
  for (const auto& [path, target] : tools.record.map("links")) links[*path] = *target;
  auto& action = context.add(style::tool_root_action(), std::string(name),
                             {{"links", std::move(links)}, {"drop", json_of(tools.record.list("drop"))}}, tools.where);
  action.inputs = {{"debs", fmt::format("{}.source", name), "tree"}};
  action.outputs = {"tree"};
  return action;
}

// The tool root's packages as they are, and those that only the menu's list brings: a package of both lists is in both
// closures, and a library must not be there twice.
void plan_menu_root(Context& context, const recipe::LockedClosure& tools) {
  if (context.recipes.tools.record.list("menu").empty()) return;
  const auto* menu = locked_for(context, menu_root_use(context.recipes.tools));
  if (menu == nullptr) return;
  recipe::LockedClosure both = tools;
  both.where = menu->where;
  for (const auto& package : menu->packages) {
    if (tools.find(package.name) == nullptr) both.packages.push_back(package);
  }
  plan_root_of(context, menu_root_name, both).summary = "the tool root for menus";
}

void plan_tool_root(Context& context) {
  if (!*context.options.pinned_tools || !context.options.locked) return;
  const auto& tools = context.recipes.tools;
  if (tools.record.table == nullptr) {
    context.diagnostics.add({Kind::no_tool,
                             {},
                             "--toolroot pinned: no layer has a recipes/tools.yaml",
                             "it names the Debian packages whose programs actions run: `kjx help recipe`"});
    return;
  }
  const auto* closure = locked_for(context, tool_root_use(tools));
  if (closure == nullptr) return;
  auto& action = plan_root_of(context, tool_root_name, *closure);
  action.summary = "the tool root";
  context.graph.targets.push_back({action.name, {action.name}, {}});
  plan_menu_root(context, *closure);
}

void use_tool_root(Context& context) {
  if (!*context.options.pinned_tools || !context.options.locked) return;
  for (auto& action : context.graph.actions) {
    if (!action.tools.empty())
      action.inputs.push_back({std::string(tool_root_name), std::string(tool_root_name), "tree"});
  }
  check_tool_root(context);
}

}  // namespace kjx::plan
