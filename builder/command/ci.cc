// `kjx ci`: a layer's pipeline, written from what its recipes say.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/file.h"
#include "command/command.h"
#include "command/git.h"
#include "command/machine.h"
#include "command/workspace.h"
#include "pipeline/pipeline.h"
#include "plan/contents.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

Failure wrong_use(std::string message, std::string help) {
  return Failure(Diagnostic{Kind::usage, {}, std::move(message), std::move(help)});
}

std::string program_from(const std::string& asked) {
  auto from = pipeline::kjx_from(asked);
  if (!from.empty()) return from;
  throw wrong_use(fmt::format("--kjx '{}' says not where kjx comes from", asked),
                  "it is the URL of a .deb, REPOSITORY@REF, or a tag, branch or commit of the project's");
}

// Platforms read their file at the top of a repository.
fs::path repository_of(const fs::path& folder) {
  const auto top = git(folder, {"rev-parse", "--show-toplevel"});
  return top ? fs::path(*top) : folder;
}

std::string folder_in(const fs::path& repository, const fs::path& layer) {
  const auto folder = fs::canonical(layer).lexically_relative(fs::canonical(repository)).string();
  if (pipeline::plain(folder)) return folder;
  throw wrong_use(fmt::format("the layer's folder '{}' has letters that a pipeline would have to quote", folder),
                  "rename it: letters, digits, '.', '_' and '-' are fine");
}

// Where the recipe wants the private key, for a pipeline that is given one.
void say_key(const schema::Record* key, pipeline::Layer& layer) {
  if (key == nullptr || *key->text("mode") == "generate") return;
  layer.signs = *key->text("mode") != "detached";
  if (!layer.signs) return;
  layer.key_file = *key->text("path");
  if (!pipeline::plain(layer.key_file))
    throw wrong_use(fmt::format("the key's path '{}' has letters that a pipeline would have to quote", layer.key_file),
                    "rename it: letters, digits, '.', '_', '-' and '/' are fine");
}

pipeline::Layer facts_of(const Workspace& workspace, const fs::path& repository) {
  const auto recipes = recipes_of(workspace);
  pipeline::Layer layer{.folder = folder_in(repository, workspace.folder), .distro = recipes.distro.name};
  for (const auto& [name, package] : recipes.packages) {
    if (package.folder.lexically_relative(workspace.folder).native().starts_with("recipes/"))
      layer.packages.push_back(name);
  }
  const std::string as_a_rule;  // a name of its own: GCC 14 takes the image for a part of it
  const auto& image = image_asked(recipes, as_a_rule);
  layer.boots = !starts_of(workspace, recipes, image).empty();
  say_key(recipes.distro.record.record("key"), layer);
  layer.signs = layer.signs && *image.record.text("kernel") != recipe::no_kernel;
  return layer;
}

// Says what was done; nothing that somebody wrote is written over.
void put(const fs::path& path, const std::string& text, bool force) {
  const auto shown = fs::proximate(path).string();
  const bool there = fs::exists(fs::symlink_status(path));
  if (there && !force && read_file(path) != text)
    throw wrong_use(fmt::format("{} is there already, and is not what would be written", shown),
                    "--print shows what that is, --force writes it over");
  fs::create_directories(path.parent_path());
  const bool changed = write_file_if_changed(path, text);
  std::cout << fmt::format("{}: {}\n", shown, changed ? "written" : "is so already");
}

}  // namespace

int ci(const Arguments& arguments) {
  std::vector<std::string> names;
  for (const auto& each : pipeline::platforms()) names.emplace_back(each.name);
  Shared shared;
  std::string name;
  std::string from = "main";
  bool print = false;
  bool force = false;
  bool own = false;
  CLI::App app(
      "Writes a pipeline for the layer: each push is checked, fetched, built, its packages built twice and compared, "
      "and the image booted (JUnit, annotations where the platform shows them); the store is kept for the next run; a "
      "tag makes a release. The key that signs modules is read from the variable KJX_MODULE_KEY, and for tags only.",
      "kjx ci");
  add_shared(app, shared);
  app.add_option("platform", name, "whose pipeline")->required()->check(CLI::IsMember(names));
  app.add_option("--kjx", from,
                 "where the pipeline gets kjx: a Debian package's URL, REPOSITORY@REF, or a REF of the project's")
      ->capture_default_str();
  app.add_flag("--print", print, "to the standard output, and write nothing");
  app.add_flag("--force", force, "write it over what is there");
  app.add_flag("--own", own, "the pipeline of kjx's own repository");
  parse(app, arguments);

  const auto& platform = *std::ranges::find(pipeline::platforms(), name, &pipeline::Platform::name);
  const auto workspace = find_workspace(shared);
  const auto repository = repository_of(workspace.folder);
  std::string text;
  if (own) {
    text = platform.own();
  } else {
    auto layer = facts_of(workspace, repository);
    layer.kjx = program_from(from);
    text = platform.of_layer(layer);
  }
  if (print) {
    std::cout << text;
  } else {
    put(repository / platform.file, text, force);
  }
  return exit_ok;
}

}  // namespace kjx::command
