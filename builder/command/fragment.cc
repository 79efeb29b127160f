#include "command/fragment.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view config_ending = ".config";

using Items = std::vector<Located<std::string>>;

Items items_of(const recipe::Recipe& recipe, bool kernel) {
  return kernel ? recipe.record.list("fragments") : recipe.record.choice("style")->record.list("fragments");
}

// Empty: there is none of that name.
fs::path path_of(const Place& place, const std::string& item) {
  if (place.kernel) {
    const auto found = place.plan.recipes.fragments.find(item);
    return found == place.plan.recipes.fragments.end() ? fs::path() : found->second.path;
  }
  const auto& beside = place.recipe->beside;
  const auto found = std::ranges::find(beside, item, &recipe::DataFile::name);
  return found == beside.end() ? fs::path() : found->path;
}

std::string item_for(std::string name, bool kernel) {
  const bool has = name.ends_with(config_ending);
  if (kernel && has) name.resize(name.size() - config_ending.size());
  return kernel || has ? name : name + std::string(config_ending);
}

void require_a_name(const std::string& name) {
  const bool fine = !name.empty() && name.size() <= 64 && std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
                    std::ranges::all_of(name, [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '+';
                    });
  if (fine) return;
  throw Failure(Diagnostic{Kind::bad_value,
                           {},
                           fmt::format("'{}' is no name for a fragment", name),
                           "letters, digits, '-', '_', '.' and '+': --into mine"});
}

std::string chosen_item(const Place& place, const fs::path& folder, const std::string& asked) {
  if (!asked.empty()) return item_for(asked, place.kernel);
  const auto items = items_of(*place.recipe, place.kernel);
  const auto last = std::find_if(items.rbegin(), items.rend(),
                                 [&](const auto& item) { return path_of(place, *item).parent_path() == folder; });
  return last == items.rend() ? item_for(place.plan.recipes.distro.name, place.kernel) : **last;
}

// "it" as a word of YAML stands where the line and column say; from there to its end.
std::size_t end_of_item(std::string_view yaml, std::size_t begin) {
  if (begin >= yaml.size()) return yaml.size();
  if (const char quote = yaml[begin]; quote == '"' || quote == '\'') {
    const auto close = yaml.find(quote, begin + 1);
    return close == std::string_view::npos ? yaml.size() : close + 1;
  }
  return std::min(yaml.find_first_of(",] }\n#", begin), yaml.size());
}

bool is_listed(const Workspace& workspace, const Fragment& fragment, const std::string& name) {
  const auto recipes = recipes_of(workspace);
  const auto& shelf = fragment.kernel ? recipes.kernels : recipes.packages;
  const auto found = shelf.find(name);
  if (found == shelf.end()) return false;
  return std::ranges::any_of(items_of(found->second, fragment.kernel),
                             [&](const auto& item) { return *item == fragment.item; });
}

// Nothing when the recipe says it in a way that is not understood.
std::optional<std::string> recipe_with_item(const Fragment& fragment, const Place& place) {
  if (!fs::exists(fragment.recipe))
    return fmt::format("extends: {}\n{}", fragment.extends, appended_item(fragment.kernel, fragment.item));
  const auto text = read_file(fragment.recipe);
  const auto own = place.recipe->where.file;
  const auto items = items_of(*place.recipe, fragment.kernel);
  if (!items.empty() && items.back().where.file == own)
    return with_item_behind(text, items.back().where.line, items.back().where.column, fragment.item);
  const bool says_style = !fragment.kernel && place.recipe->record.choice("style")->name.where.file == own;
  const bool says_list = fragment.kernel && place.recipe->record.where_of("fragments").file == own &&
                         place.recipe->record.where_of("fragments").line != place.recipe->record.where.line;
  if (says_style || says_list) return std::nullopt;
  return text + (text.ends_with('\n') || text.empty() ? "" : "\n") + appended_item(fragment.kernel, fragment.item);
}

}  // namespace

Fragment fragment_for(const Place& place, const Workspace& workspace, const std::string& asked) {
  if (!asked.empty()) require_a_name(asked);
  const std::string& name = place.recipe->name;
  Fragment fragment;
  fragment.kernel = place.kernel;
  fragment.extends = name;
  const fs::path own = place.kernel ? workspace.folder / "kernel" : workspace.folder / "recipes/packages" / name;
  const fs::path folder = place.kernel ? own / "fragments" : own;
  fragment.recipe = place.kernel ? own / (name + ".yaml") : own / "recipe.yaml";
  fragment.item = chosen_item(place, folder, asked);
  fragment.file = folder / (place.kernel ? fragment.item + std::string(config_ending) : fragment.item);
  const auto items = items_of(*place.recipe, place.kernel);
  fragment.listed = std::ranges::any_of(items, [&](const auto& item) { return *item == fragment.item; });
  const auto there = path_of(place, fragment.item);
  if (there.empty() || there.parent_path() == folder) return fragment;
  throw Failure(Diagnostic{
      Kind::bad_value,
      {},
      fmt::format("the fragment '{}' is another layer's: one of its name here would replace it", fragment.item),
      "name a new one: --into mine"});
}

bool list_fragment(const Fragment& fragment, const Place& place, const Workspace& workspace) {
  const auto text = recipe_with_item(fragment, place);
  if (!text) return false;
  const bool was = fs::exists(fragment.recipe);
  const std::string before = was ? read_file(fragment.recipe) : "";
  write_file(fragment.recipe, *text);
  try {
    if (is_listed(workspace, fragment, place.recipe->name)) return true;
  } catch (const Failure&) {
    // It reads otherwise than it was meant.
  }
  if (was) {
    write_file(fragment.recipe, before);
  } else {
    fs::remove(fragment.recipe);
  }
  return false;
}

std::string with_item_behind(std::string_view yaml, int line, int column, std::string_view item) {
  std::size_t begin = 0;
  for (int at = 1; at < line && begin < yaml.size(); ++at)
    begin = std::min(yaml.find('\n', begin), yaml.size() - 1) + 1;
  const std::size_t line_begin = begin;
  const std::size_t end = end_of_item(yaml, line_begin + static_cast<std::size_t>(column) - 1);
  const auto before = yaml.substr(line_begin, static_cast<std::size_t>(column) - 1);
  const auto dash = before.find_first_not_of(' ');
  if (dash == std::string_view::npos || before[dash] != '-')
    return fmt::format("{}, {}{}", yaml.substr(0, end), item, yaml.substr(end));
  const auto line_end = std::min(yaml.find('\n', end), yaml.size());
  return fmt::format("{}\n{}{}{}", yaml.substr(0, line_end), before, item,
                     line_end == yaml.size() ? "\n" : yaml.substr(line_end));
}

std::string appended_item(bool kernel, std::string_view item) {
  return kernel ? fmt::format("fragments: {{append: [{}]}}\n", item)
                : fmt::format("style: {{kconfig: {{fragments: {{append: [{}]}}}}}}\n", item);
}

}  // namespace kjx::command
