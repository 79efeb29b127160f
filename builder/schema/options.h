// Every field of a table and of those inside it, by its path.
#pragma once

#include <string>
#include <vector>

#include "schema/schema.h"

namespace kjx::schema {

struct Option {
  std::string path;  // "image.boot.commands.run"; of an alternative "package.style.make.targets"
  const Field* field;
};

// In the tables' order, under `name`.
[[nodiscard]] std::vector<Option> options(const Table& table, const std::string& name);

}  // namespace kjx::schema
