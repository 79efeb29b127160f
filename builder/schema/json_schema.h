// A table as a JSON schema, for editors and foreign validators.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "schema/schema.h"

namespace kjx::schema {

// Draft 7, which the language servers of editors know best. It accepts what read() accepts of one file, as far as that
// can be seen from its shape: it knows no other files, no rule that ties two fields together, and no bounds of numbers
// that are written with a unit.
[[nodiscard]] nlohmann::ordered_json json_schema(const Table& table);

}  // namespace kjx::schema
