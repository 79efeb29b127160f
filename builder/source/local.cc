// local: a file or folder of one's own machine.
//
// With a digest beside it, it is one more alternative: the file is copied and checked like a download. Without one, it
// is whatever stands there now: the plan makes an action of kind "local" of it, which runs every time (Ninja cannot
// see inside a folder), takes the bytes into the store, and stops the wave when they are the ones it had.
#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "base/file.h"
#include "source/source.h"

namespace kjx::source {
namespace of_local {

namespace fs = std::filesystem;

void fetch_local(const nlohmann::json& fields, const Fetching& fetching) {
  const fs::path path = fields.at("path").get<std::string>();
  const auto status = fs::status(path);
  if (!fs::exists(status)) throw std::runtime_error("there is no such file");
  if (fs::is_directory(status)) throw std::runtime_error("it is a folder; only a single file can have a sha256");
  copy_file_whole(path, fetching.to);
}

std::string describe_local(const nlohmann::json& fields) { return "local " + fields.at("path").get<std::string>(); }

bool needs_network(const nlohmann::json&) { return false; }

[[noreturn]] void fail(const work::Work& work, std::string message, std::string help) {
  throw Failure(Diagnostic{kjx::Kind::no_source, work.where(), std::move(message), std::move(help)});
}

void run_local(work::Work& work) {
  const auto files = work.files("local");
  const auto shown = work.description().at("path").get<std::string>();
  const fs::path path = files.empty() ? fs::path() : files.front().path;
  const auto status = fs::status(path);
  if (!fs::exists(status)) {
    fail(work, fmt::format("local source '{}' is not there", shown), "paths are relative to the recipe");
  }
  const bool folder = fs::is_directory(status);
  if (folder != (work.description().at("output") == "tree")) {
    fail(work, fmt::format("local source '{}' has become a {}", shown, folder ? "folder" : "file"),
         "run `kjx gen` to plan anew");
  }
  if (folder) {
    work.output("tree", work.store().take(path));
  } else {
    work.output("file", work.store().put_file(path));
  }
}

}  // namespace of_local

const Kind& local_source() {
  using namespace of_local;
  static const schema::Table table{"a local source",
                                   "A file or folder of this machine.",
                                   {{"path", schema::Type::text, "Where it is, relative to the recipe.", true}}};
  static const Kind kind{
      "local",
      "Takes a folder or an archive from this machine, as it is now. It is looked at in every build, and what is made "
      "from it is made again when it changed. An archive may have a sha256 like any other source.",
      &table,
      &fetch_local,
      &describe_local,
      &needs_network};
  return kind;
}

const work::Kind& local_action() {
  static const work::Kind kind{"local", 1, {}, &of_local::run_local};
  return kind;
}

}  // namespace kjx::source
