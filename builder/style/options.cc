#include "style/options.h"

namespace kjx::style {

using schema::Field;
using schema::Type;

schema::Table table_with_common(std::string_view name, std::string_view doc, std::vector<Field> own,
                                std::string_view in_tree) {
  const Field common[] = {
      {"environment", Type::map, "Further environment variables of every program that is run."},
      {"place", Type::map,
       "Files beside the recipe that are put into the build folder first: path there -> name beside the recipe."},
      {"in-tree", Type::boolean, "Build in a copy of the source instead of beside a read-only one.", false, in_tree},
      {"jobs", Type::boolean, "Whether make may run several jobs at once.", false, "true"}};
  own.insert(own.end(), std::begin(common), std::end(common));
  return {name, doc, std::move(own)};
}

std::string text(const nlohmann::json& options, std::string_view field) {
  const auto value = options.find(field);
  if (value == options.end() || value->is_null()) return "";
  return value->is_string() ? value->get<std::string>() : value->dump();
}

bool flag(const nlohmann::json& options, std::string_view field) { return text(options, field) == "true"; }

std::vector<std::string> list(const nlohmann::json& options, std::string_view field) {
  const auto value = options.find(field);
  return value == options.end() || value->is_null() ? std::vector<std::string>{}
                                                    : value->get<std::vector<std::string>>();
}

std::map<std::string, std::string> map(const nlohmann::json& options, std::string_view field) {
  const auto value = options.find(field);
  return value == options.end() || value->is_null() ? std::map<std::string, std::string>{}
                                                    : value->get<std::map<std::string, std::string>>();
}

}  // namespace kjx::style
