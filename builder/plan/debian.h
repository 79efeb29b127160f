// Debian's binary packages in the graph: which ones says the lock, never an archive of today.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plan/context.h"

namespace kjx::plan {

// The tool root's name, as an action and in the lock.
inline constexpr std::string_view tool_root_name = "toolroot";
// The tool root with what menus are compiled with; of use to a person only, never an input of a build's action.
inline constexpr std::string_view menu_root_name = "toolroot.menu";

// What a recipe asks of Debian.
struct DebianUse {
  std::string name;  // of the package, `toolroot`, or `toolroot.menu`
  std::string suite;
  bool security = false;
  std::string architecture;
  std::vector<Located<std::string>> packages;
  Location where;
};

// All uses of the recipes: packages of a style that is made of Debian's, and the tool root if there is one.
[[nodiscard]] std::vector<DebianUse> debian_uses(const recipe::Recipes& recipes);
[[nodiscard]] DebianUse debian_use(const recipe::Recipes& recipes, const recipe::Recipe& package);
[[nodiscard]] DebianUse tool_root_use(const recipe::Recipe& tools);
[[nodiscard]] DebianUse menu_root_use(const recipe::Recipe& tools);

// Why the lock does not hold what is asked for, one reason after the other; empty when it does.
[[nodiscard]] std::vector<Diagnostic> not_locked(const recipe::Lock& lock, const DebianUse& use);

// The inputs "deb.PACKAGE" of whoever uses them; the actions that get and unpack them are planned, each once.
std::vector<graph::Input> plan_debian(Context& context, const DebianUse& use);

// The versions of those packages that the tool root has.
[[nodiscard]] std::map<std::string, std::string> locked_tools(const recipe::Lock& lock,
                                                              const std::vector<std::string>& packages);

// With `--toolroot pinned`: the actions that make the tool root and, where a layer has a `menu:`, the menu's are
// planned.
void plan_tool_root(Context& context);
// Likewise, when all actions are planned: those that run programs have the tool root as an input, so that its digest is
// a part of their keys. Errors: an action runs programs of a package that the tool root does not have.
void use_tool_root(Context& context);

}  // namespace kjx::plan
