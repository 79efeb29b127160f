#include "command/schema_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "plan/plan.h"
#include "schema/json_schema.h"

namespace kjx::command {

std::string schema_text(const recipe::FileKind& kind) { return schema::json_schema(kind.of_one_file()).dump(1) + "\n"; }

void write_schemas(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& kind : plan::tables().files()) {
    write_file_if_changed(folder / fmt::format("{}.schema.json", kind.name), schema_text(kind));
  }
}

}  // namespace kjx::command
