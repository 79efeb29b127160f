#include "step/failed_program.h"

#include <nlohmann/json.hpp>

#include "base/file.h"

namespace kjx::step {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

fs::path program_file(const fs::path& folder) { return folder / "program.json"; }

// Relative when it is below the folder.
std::string named_from(const fs::path& folder, const fs::path& host) {
  return host.native().starts_with(folder.native() + "/") ? host.lexically_relative(folder).string() : host.string();
}

FailedProgram parse_failed_program(const json& said, const fs::path& folder) {
  FailedProgram failed;
  said.at("argv").get_to(failed.run.argv);
  said.at("environment").get_to(failed.run.environment);
  said.at("directory").get_to(failed.run.directory);
  said.at("jobs").get_to(failed.run.uses_jobs);
  if (said.contains("tools")) failed.tools = Digest::parse(said.at("tools").get<std::string>());
  for (const json& mount : said.at("mounts")) {
    failed.mounts.push_back({folder / mount.at("host").get<std::string>(), mount.at("inside").get<std::string>(),
                             mount.at("writable").get<bool>()});
  }
  return failed;
}

}  // namespace

void write_failed_program(const fs::path& folder, const FailedProgram& failed) {
  json mounts = json::array();
  for (const work::Mount& mount : failed.mounts) {
    mounts.push_back(
        {{"host", named_from(folder, mount.host)}, {"inside", mount.inside}, {"writable", mount.writable}});
  }
  json said{{"argv", failed.run.argv},
            {"environment", failed.run.environment},
            {"directory", failed.run.directory},
            {"jobs", failed.run.uses_jobs},
            {"mounts", std::move(mounts)}};
  if (failed.tools) said["tools"] = failed.tools->hex();
  write_file(program_file(folder), said.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::optional<FailedProgram> read_failed_program(const fs::path& folder) {
  if (!fs::exists(program_file(folder))) return std::nullopt;
  try {
    return parse_failed_program(json::parse(read_file(program_file(folder))), folder);
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace kjx::step
