// The words of the errors that tables make.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostic.h"
#include "schema/schema.h"

namespace kjx::schema {

// What a message is about: a field's value, or one thing inside it.
struct Subject {
  const Field& field;
  bool item = false;          // one of a list
  std::string_view key = {};  // one value of a map

  [[nodiscard]] std::string text() const;  // "'version'", "an item of 'packages'", "'PATH' in 'environment'"
};

// Which of several `words` a field may be: "one of a, b, c".
[[nodiscard]] std::string one_of(const std::vector<std::string>& words);
[[nodiscard]] std::string kind_of(const yaml::Node& node);  // "a list"

[[nodiscard]] Diagnostic unknown_key(const Table& table, const yaml::Node& key);
[[nodiscard]] Diagnostic missing_key(const Table& table, const Field& field, const Location& where);
[[nodiscard]] Diagnostic wrong_type(const Subject& subject, std::string_view expected, const yaml::Node& node);
[[nodiscard]] Diagnostic bad_value(const Subject& subject, std::string_view expected, const yaml::Node& node);
[[nodiscard]] Diagnostic out_of_bounds(const Subject& subject, std::string_view expected, const yaml::Node& node);
[[nodiscard]] Diagnostic unknown_choice(const Subject& subject, const std::vector<std::string>& words,
                                        const yaml::Node& node);
[[nodiscard]] Diagnostic edit_without_extends(const Field& field, const Location& where);

}  // namespace kjx::schema
