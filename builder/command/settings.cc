#include "command/settings.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"

namespace kjx::command {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

// Another build of kjx may plan otherwise, whatever its version says.
std::string identity_of(const fs::path& program) {
  return fmt::format("{} {}", fs::file_size(program), fs::last_write_time(program).time_since_epoch().count());
}

}  // namespace

std::string settings_text(const Workspace& workspace) {
  const json settings{{"program", identity_of(workspace.program)},
                      {"store", workspace.store.string()},
                      {"sandbox", step::option_of(workspace.sandbox)},
                      {"limits", workspace.limits}};
  return settings.dump(1) + "\n";
}

step::Options read_settings(const fs::path& out) {
  const auto path = out / "settings.json";
  if (!fs::exists(path)) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("{} holds no graph", out.string()),
                             "`kjx step` is called by Ninja, in the folder that `kjx gen` wrote"});
  }
  try {
    const auto settings = json::parse(read_file(path));
    step::Options options;
    options.out = out;
    options.store = settings.at("store").get<std::string>();
    const auto mode = step::parse_sandbox_mode(settings.at("sandbox").get<std::string>());
    options.sandbox = mode.value_or(step::SandboxMode::bubblewrap);
    for (const auto& limit : settings.at("limits")) step::set_limit(options.limits, limit.get<std::string>());
    const char* offline = std::getenv("KJX_OFFLINE");
    if (const char* varied = std::getenv("KJX_VARIED"); varied != nullptr) options.varied = varied;
    if (const char* holes = std::getenv("KJX_HOLES"); holes != nullptr) {
      std::istringstream names(holes);
      options.holes.assign(std::istream_iterator<std::string>(names), {});
    }
    options.offline = offline != nullptr && *offline != '\0';
    return options;
  } catch (const json::exception& error) {
    throw Failure(
        Diagnostic{Kind::unreadable, {}, fmt::format("{}: {}", path.string(), error.what()), "run `kjx gen` once"});
  }
}

}  // namespace kjx::command
