// modules.dep has a line for each module, "PATH: PATH PATH ...", with all that it needs, also indirectly; modules.alias
// says "alias PATTERN NAME"; modules.builtin has a path a line (kmod's modules.dep(5), depmod(8)).
#include "image/module_tree.h"

#include <algorithm>
#include <sstream>

namespace kjx::image {
namespace {

constexpr std::string_view dependencies_file = "modules.dep";

// "kernel/fs/overlayfs/overlay.ko" is the module "overlay".
std::string module_name(std::string_view path) {
  path.remove_prefix(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
  std::string name(path.substr(0, path.find('.')));
  std::ranges::replace(name, '-', '_');
  return name;
}

template <typename Each>
void each_line(const std::string& text, Each each) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) each(line);
}

std::string folder_with_modules(const store::Manifest& manifest) {
  for (const auto& entry : manifest.entries()) {
    if (entry.path.ends_with("/modules.dep")) return entry.path.substr(0, entry.path.size() - dependencies_file.size());
  }
  return {};
}

}  // namespace

ModuleTree::ModuleTree(const store::Manifest& modules, store::Store& store)
    : manifest_(modules), folder_(folder_with_modules(modules)) {
  if (folder_.empty()) return;
  const auto text = [&](std::string_view name) {
    const auto* entry = manifest_.find(folder_ + std::string(name));
    return entry == nullptr ? std::string() : store.read(entry->digest);
  };
  read_dependencies(text(dependencies_file));
  each_line(text("modules.builtin"), [&](const std::string& path) { built_in_.insert(module_name(path)); });
  aliases_ = text("modules.alias");
}

void ModuleTree::read_dependencies(std::string_view text) {
  each_line(std::string(text), [&](const std::string& line) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) return;
    Module module{line.substr(0, colon), {}};
    std::istringstream words(line.substr(colon + 1));
    for (std::string path; words >> path;) module.needs.push_back(path);
    by_name_.emplace(module_name(module.path), module.path);
    modules_.emplace(module.path, std::move(module));
  });
}

bool ModuleTree::has(std::string_view name) const { return by_name_.contains(module_name(name)) || is_built_in(name); }

bool ModuleTree::is_built_in(std::string_view name) const { return built_in_.contains(module_name(name)); }

std::vector<std::string> ModuleTree::names() const {
  std::vector<std::string> names;
  for (const auto& [name, path] : by_name_) names.push_back(name);
  return names;
}

void ModuleTree::choose(std::string_view name) {
  const auto found = by_name_.find(module_name(name));
  if (found != by_name_.end()) choose_path(found->second);
}

void ModuleTree::choose_matching(std::string_view pattern) {
  for (const auto& [path, module] : modules_) {
    if (store::matches(pattern, path)) choose_path(path);
  }
}

void ModuleTree::choose_path(const std::string& path) {
  chosen_.insert(path);
  for (const auto& needed : modules_.at(path).needs) chosen_.insert(needed);
}

std::string ModuleTree::kept_aliases() const {
  std::set<std::string> names;
  for (const auto& path : chosen_) names.insert(module_name(path));
  std::string kept;
  each_line(aliases_, [&](const std::string& line) {
    const auto name = line.substr(line.rfind(' ') + 1);
    if (line.starts_with("alias ") && names.contains(module_name(name))) kept += line + "\n";
  });
  return kept;
}

store::Manifest ModuleTree::chosen(store::Store& store) const {
  store::Manifest tree;
  if (chosen_.empty()) return tree;
  std::string dependencies;
  for (const auto& path : chosen_) {
    if (const auto* entry = manifest_.find(folder_ + path)) tree.add(*entry);
    dependencies += path + ":";
    for (const auto& needed : modules_.at(path).needs) dependencies += " " + needed;
    dependencies += "\n";
  }
  const auto add = [&](std::string_view name, const std::string& bytes) {
    tree.add({.path = folder_ + std::string(name), .mode = 0644, .digest = store.put(bytes), .size = bytes.size()});
  };
  add(dependencies_file, dependencies);
  add("modules.alias", kept_aliases());
  tree.complete_parents();
  return tree;
}

}  // namespace kjx::image
