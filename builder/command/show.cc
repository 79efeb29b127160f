#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command/command.h"
#include "command/workspace.h"
#include "diag/excerpt.h"
#include "plan/plan.h"
#include "schema/options.h"
#include "schema/values.h"

namespace kjx::command {

namespace {

using Json = nlohmann::ordered_json;

// Longer values push their place out of its column.
constexpr std::size_t widest_value = 48;

struct Shown {
  std::string_view kind;
  const recipe::Recipe* recipe;
  const recipe::Recipe* base = nullptr;  // what it `extends:`
};

struct Shelf {
  std::string_view kind;
  recipe::ByName recipe::Recipes::*recipes;
};

constexpr Shelf shelves[] = {{"image", &recipe::Recipes::images},     {"set", &recipe::Recipes::sets},
                             {"package", &recipe::Recipes::packages}, {"service", &recipe::Recipes::services},
                             {"kernel", &recipe::Recipes::kernels},   {"target", &recipe::Recipes::targets}};

// Names are unique within a kind only: a package and its service often share one.
std::vector<Shown> find(const recipe::Recipes& recipes, const std::string& name) {
  std::vector<Shown> found;
  if (name == "distro") found.push_back({"distro", &recipes.distro});
  for (const auto& [kind, shelf] : shelves) {
    const auto recipe = (recipes.*shelf).find(name);
    if (recipe == (recipes.*shelf).end()) continue;
    const auto base = (recipes.*shelf).find(*recipe->second.base);
    found.push_back({kind, &recipe->second, base == (recipes.*shelf).end() ? nullptr : &base->second});
  }
  return found;
}

Failure unknown(const recipe::Recipes& recipes, const std::string& name) {
  std::vector<std::string> names{"distro"};
  for (const auto& [kind, shelf] : shelves) {
    for (const auto& [each, recipe] : recipes.*shelf) names.push_back(each);
  }
  return Failure(
      Diagnostic{Kind::unknown_name,
                 {},
                 fmt::format("nothing is called '{}'", name),
                 did_you_mean(name, names, "`kjx list packages`, `services`, `images`, `options` name all")});
}

Json json_of(const Shown& shown) {
  Json json{{"kind", shown.kind}, {"name", shown.recipe->name}, {"file", shown.recipe->where.file->name}};
  json["below"] = Json::array();
  for (const auto& [where, extended] : shown.recipe->below)
    json["below"].push_back({{"file", where.file->name}, {"extended", extended}});
  if (shown.base != nullptr) json["extends"] = {{"name", shown.base->name}, {"file", shown.base->where.file->name}};
  json["values"] = Json::array();
  for (const auto& [field, value, where] : schema::value_rows(shown.recipe->record)) {
    Json row{{"field", field}, {"value", value}};
    if (where) row.update({{"file", where.file->name}, {"line", where.line}, {"column", where.column}});
    row["default"] = !where;
    json["values"].push_back(std::move(row));
  }
  return json;
}

// On one line, as a terminal may have it.
std::string one_line(const std::string& value) {
  const auto end = value.find('\n');
  return visible(end == std::string::npos ? value : value.substr(0, end) + " ...");
}

void print_values(const schema::Record& record) {
  const auto rows = schema::value_rows(record);
  std::size_t names = 0;
  std::size_t values = 0;
  for (const auto& row : rows) {
    names = std::max(names, row.field.size());
    values = std::max(values, std::min(widest_value, one_line(row.value).size()));
  }
  for (const auto& row : rows) {
    std::cout << fmt::format("  {:<{}}  {:<{}}  {}\n", row.field, names, one_line(row.value), values,
                             row.where ? row.where.text() : "default");
  }
}

void print(const Shown& shown) {
  const auto& recipe = *shown.recipe;
  std::cout << fmt::format("{} {}\n  defined in {}\n", shown.kind, recipe.name, recipe.where.file->name);
  const std::vector<recipe::Below> from_above(recipe.below.rbegin(), recipe.below.rend());
  for (const auto& [where, extended] : from_above)
    std::cout << fmt::format("  {} {}\n", extended ? "extends" : "replaces", where.file->name);
  if (shown.base != nullptr)
    std::cout << fmt::format("  extends {} {}, {}\n", shown.kind, shown.base->name, shown.base->where.file->name);
  std::cout << '\n';
  print_values(recipe.record);
}

// "image.outputs": a field of a kind of file.
bool show_option(const std::string& name, bool as_json) {
  for (const auto& kind : plan::tables().files()) {
    for (const auto& [path, field] : schema::options(*kind.table, std::string(kind.name))) {
      if (path != name) continue;
      const Json json{{"kind", "option"},          {"name", path},
                      {"file", kind.path},         {"type", schema::type_text(*field)},
                      {"summary", field->doc},     {"required", field->required},
                      {"default", field->fallback}};
      if (as_json) {
        std::cout << Json::array({json}).dump(1) << '\n';
      } else {
        const auto state = schema::state_text(*field);
        std::cout << fmt::format("option {}\n  of {}\n  {}{}{}\n\n  {}\n", path, kind.path, schema::type_text(*field),
                                 state.empty() ? "" : ", ", state, field->doc);
      }
      return true;
    }
  }
  return false;
}

}  // namespace

int show(const Arguments& arguments) {
  Shared shared;
  std::string name;
  bool as_json = false;
  CLI::App app(
      "Says where a package, service, image, set, kernel, target or the distro is defined, which layer replaces or "
      "extends which, and every value with the line it came from; or what an option (image.outputs) means.",
      "kjx show");
  add_shared(app, shared);
  app.add_option("name", name, "what to show")->required();
  app.add_flag("--json", as_json, "as a JSON array");
  parse(app, arguments);

  if (show_option(name, as_json)) return exit_ok;
  const auto recipes = recipes_of(find_workspace(shared));
  const auto found = find(recipes, name);
  if (found.empty()) throw unknown(recipes, name);
  Json all = Json::array();
  for (const auto& each : found) {
    if (as_json) {
      all.push_back(json_of(each));
    } else {
      if (&each != &found.front()) std::cout << '\n';
      print(each);
    }
  }
  if (as_json) std::cout << all.dump(1) << '\n';
  return exit_ok;
}

}  // namespace kjx::command
