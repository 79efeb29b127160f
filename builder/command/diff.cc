#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>

#include "base/error.h"
#include "base/file.h"
#include "command/command.h"
#include "command/workspace.h"
#include "diff/compare.h"
#include "diff/show.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

// A workspace's out/ holds logs and Ninja's notes beside the images, which are what is meant.
fs::path images_of(const fs::path& folder) {
  return fs::exists(folder / "build.ninja") && fs::is_directory(folder / "images") ? folder / "images" : folder;
}

std::optional<diff::Difference> differences(const fs::path& first, const fs::path& second, inspect::Scratch& scratch) {
  const auto name = second.filename().empty() ? second.parent_path().filename() : second.filename();
  if (fs::is_directory(first) && fs::is_directory(second)) {
    return diff::compare(name, inspect::open_folder(images_of(first)), inspect::open_folder(images_of(second)),
                         scratch);
  }
  return diff::compare({name, {}, inspect::Content::of_file(first)}, {name, {}, inspect::Content::of_file(second)},
                       scratch);
}

}  // namespace

int diff(const Arguments& arguments) {
  std::string first;
  std::string second;
  bool json = false;
  CLI::App app(
      "Says where two images, files or out/ folders differ: opens both, down to the smallest part that differs, and "
      "names the cause where it is a known one. Ends with 0 when they are equal, 1 when not, 2 when it cannot tell.",
      "kjx diff");
  app.add_option("FIRST", first, "An image, any file, or a folder")->required();
  app.add_option("SECOND", second, "Another one")->required();
  app.add_flag("--json", json, "print the tree of differences as JSON");
  parse(app, arguments);

  try {
    const TemporaryFolder folder(fs::temp_directory_path(), "kjx-diff");
    inspect::Scratch scratch(folder.path());
    const auto found = differences(first, second, scratch);
    if (json) std::cout << (found ? diff::to_json(*found) : nlohmann::json(nullptr)).dump(1) << '\n';
    if (!json && found) diff::show(std::cout, *found);
    return found ? exit_failed : exit_ok;
  } catch (const IoError& error) {
    // Not 1: that says "they differ".
    throw Failure(Diagnostic{Kind::unreadable, {}, error.what()});
  }
}

}  // namespace kjx::command
