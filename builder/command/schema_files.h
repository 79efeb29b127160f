// JSON schemas of every kind of YAML file, as files.
#pragma once

#include <filesystem>
#include <string>

#include "recipe/tables.h"

namespace kjx::command {

[[nodiscard]] std::string schema_text(const recipe::FileKind& kind);
// FOLDER/KIND.schema.json, only what changed.
void write_schemas(const std::filesystem::path& folder);

}  // namespace kjx::command
