// What the types of fields are, as one table: reading, messages, help and JSON all look here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/schema.h"

namespace kjx::schema {

enum class Shape { scalar, list, map, record, records, choice, choices };
enum class Json { text, number, boolean };

struct TypeRow {
  Type type;
  Shape shape;
  std::string_view name;      // in help: "list of names"
  std::string_view expected;  // in messages: "'x' must be ..."
  // Scalars: the canonical form; nothing when it is none.
  std::optional<std::string> (*canonical)(std::string_view text) = nullptr;
  Json json = Json::text;
  int base = 10;           // of numbers in their canonical form
  Type item = Type::text;  // of a list
  // For the JSON schema: what YAML may take such a scalar for, and the form of one that it takes for a string.
  std::string_view written = "string number boolean";
  std::string_view pattern = {};
};

[[nodiscard]] const TypeRow& row_of(Type type);

// The field of this name; nullptr when the table has none.
[[nodiscard]] const Field* find_field(const Table& table, std::string_view name);

}  // namespace kjx::schema
