// The fields that every style has, and how a style's code reads its options back from the description.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.h"

namespace kjx::style {

// A style's own fields followed by the common ones: environment, place, in-tree, jobs.
[[nodiscard]] schema::Table table_with_common(std::string_view name, std::string_view doc,
                                              std::vector<schema::Field> own, std::string_view in_tree);

// Of the record's JSON (schema::Record::json): absent reads as empty; a scalar may be text or of its own type.
[[nodiscard]] std::string text(const nlohmann::json& options, std::string_view field);
[[nodiscard]] bool flag(const nlohmann::json& options, std::string_view field);
[[nodiscard]] std::vector<std::string> list(const nlohmann::json& options, std::string_view field);
[[nodiscard]] std::map<std::string, std::string> map(const nlohmann::json& options, std::string_view field);

}  // namespace kjx::style
