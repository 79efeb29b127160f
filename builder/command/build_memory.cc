#include "command/build_memory.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>

#include "base/error.h"
#include "base/file.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

fs::path folder_of(const Workspace& workspace) { return workspace.folder / ".kjx" / "builds"; }
fs::path times_of(const Workspace& workspace) { return folder_of(workspace) / "times.json"; }

// "": there is none.
std::string text_of(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  try {
    return read_file(file);
  } catch (const IoError&) {
    return {};
  }
}

}  // namespace

graph::Past past_of(const Workspace& workspace) { return graph::parse_past(text_of(times_of(workspace))); }

std::vector<graph::PastBuild> past_builds(const Workspace& workspace) {
  std::vector<graph::PastBuild> builds;
  for (const auto& kept : past_of(workspace).builds) {
    if (auto build = graph::parse_build(text_of(folder_of(workspace) / kept.file))) builds.push_back(std::move(*build));
  }
  return builds;
}

void remember(const Workspace& workspace, graph::PastBuild build) {
  try {
    build.when = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    const auto file = fmt::format("{}-{}.json", build.when, ::getpid());
    fs::create_directories(folder_of(workspace));
    auto past = past_of(workspace);
    const auto gone = graph::add(past, build, file);
    write_file(folder_of(workspace) / file, graph::build_text(build));
    write_file(times_of(workspace), graph::past_text(past));
    std::error_code absent;
    for (const auto& old : gone) fs::remove(folder_of(workspace) / old, absent);
  } catch (const IoError&) {
  } catch (const fs::filesystem_error&) {
  }
}

std::optional<graph::Outline> outline_of(const Workspace& workspace) {
  return graph::parse_outline(text_of(workspace.out / "outline.json"));
}

}  // namespace kjx::command
