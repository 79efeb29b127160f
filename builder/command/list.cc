#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command/command.h"
#include "command/list_kinds.h"
#include "command/workspace.h"
#include "plan/plan.h"
#include "schema/options.h"

namespace kjx::command {

namespace {

using Rows = std::vector<nlohmann::ordered_json>;  // each has "name" and "summary"

Rows recipe_rows(const Shared& shared, recipe::ByName recipe::Recipes::*kind) {
  const auto all = recipes_of(find_workspace(shared));
  Rows rows;
  for (const auto& [name, recipe] : all.*kind) {
    nlohmann::ordered_json row{{"name", name}, {"summary", *recipe.record.text("summary")}};
    if (const auto version = recipe.record.text("version"); !version->empty()) row["version"] = *version;
    row["file"] = recipe.where.file->name;
    rows.push_back(std::move(row));
  }
  return rows;
}

Rows target_rows(const Shared& shared) {
  const auto plan = plan_of(find_workspace(shared));
  Rows rows;
  for (const auto& target : plan.graph.targets) {
    const auto image = plan.recipes.images.find(target.name);
    const auto package = plan.recipes.packages.find(target.name);
    const auto* recipe = image != plan.recipes.images.end()       ? &image->second
                         : package != plan.recipes.packages.end() ? &package->second
                                                                  : nullptr;
    rows.push_back({{"name", target.name}, {"summary", recipe == nullptr ? "" : *recipe->record.text("summary")}});
  }
  std::ranges::sort(rows, {}, [](const auto& row) { return row.at("name").template get<std::string>(); });
  return rows;
}

Rows option_rows() {
  Rows rows;
  for (const auto& kind : plan::tables().files()) {
    for (const auto& [path, field] : schema::options(*kind.table, std::string(kind.name))) {
      nlohmann::ordered_json row{{"name", path}, {"summary", field->doc}, {"type", schema::type_text(*field)}};
      row["required"] = field->required;
      if (!field->fallback.empty()) row["default"] = field->fallback;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

struct What {
  std::string_view name;
  std::function<Rows(const Shared&)> rows;
};

const std::vector<What>& kinds() {
  static const std::vector<What> all{
      {"packages", [](const Shared& shared) { return recipe_rows(shared, &recipe::Recipes::packages); }},
      {"services", [](const Shared& shared) { return recipe_rows(shared, &recipe::Recipes::services); }},
      {"images", [](const Shared& shared) { return recipe_rows(shared, &recipe::Recipes::images); }},
      {"options", [](const Shared&) { return option_rows(); }},
      {"targets", target_rows}};
  return all;
}

void print_rows(const Rows& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.at("name").get_ref<const std::string&>().size());
  for (const auto& row : rows) {
    auto line = fmt::format("{:<{}}  {}", row.at("name").get_ref<const std::string&>(), width,
                            row.at("summary").get_ref<const std::string&>());
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << '\n';
  }
}

}  // namespace

std::vector<std::string> list_kinds() {
  std::vector<std::string> names;
  for (const auto& kind : kinds()) names.emplace_back(kind.name);
  return names;
}

int list(const Arguments& arguments) {
  Shared shared;
  std::string what;
  bool as_json = false;
  CLI::App app("Names all packages, services or images of all layers, all options of their files, or all targets.",
               "kjx list");
  add_shared(app, shared);
  app.add_option("what", what, "packages, services, images, options or targets")
      ->required()
      ->check(CLI::IsMember(list_kinds()));
  app.add_flag("--json", as_json, "as a JSON array");
  parse(app, arguments);

  const auto rows = std::ranges::find(kinds(), what, &What::name)->rows(shared);
  if (as_json) {
    std::cout << nlohmann::ordered_json(rows).dump(1) << '\n';
  } else {
    print_rows(rows);
  }
  return exit_ok;
}

}  // namespace kjx::command
