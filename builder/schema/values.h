// A record as rows: every value with the place it came from.
#pragma once

#include <string>
#include <vector>

#include "schema/schema.h"

namespace kjx::schema {

struct ValueRow {
  std::string field;  // "packages", "boot.commands[2].run", "style.make"
  std::string value;  // as written, lists joined by ", "
  Location where;     // nowhere: the table's fallback
};

// In the table's order. A list has a row for each line that its items stand on.
[[nodiscard]] std::vector<ValueRow> value_rows(const Record& record);

}  // namespace kjx::schema
