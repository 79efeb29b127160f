#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "command/command.h"
#include "command/new_files.h"
#include "command/schema_files.h"
#include "command/workspace.h"
#include "diag/excerpt.h"
#include "schema/types.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

Failure refused(std::string message, std::string help) {
  return Failure(Diagnostic{Kind::usage, {}, std::move(message), std::move(help)});
}

// Of a folder, a distro, an image and a host at once.
void check_form(const std::string& name) {
  const auto& row = schema::row_of(schema::Type::name);
  if (row.canonical(name) && name.find("..") == std::string::npos) return;
  constexpr std::size_t shown = 40;
  const auto text = name.size() > shown ? name.substr(0, shown) + "..." : name;
  throw refused(fmt::format("'{}' is no name for a distro", visible(text)),
                fmt::format("{}, without '..'; -C DIR says where its folder is made", row.expected));
}

// An image is built by its name, so it must not be that of something else that is.
void check_free(const std::string& name, const Workspace& builtin) {
  const auto plan = plan_of(builtin);
  const bool taken = name == plan.recipes.distro.name || name == "greeting" ||
                     std::ranges::any_of(plan.graph.targets, [&](const auto& each) { return each.name == name; });
  if (taken)
    throw refused(fmt::format("'{}' is what something else is called that can be built", name),
                  "choose another name; `kjx list targets` shows what is taken");
}

void check_room(const fs::path& folder) {
  const auto state = fs::symlink_status(folder);
  if (!fs::exists(state)) return;
  if (!fs::is_directory(state))
    throw refused(fmt::format("{} is there already", folder.string()), "choose another name");
  if (!fs::is_empty(folder))
    throw refused(fmt::format("the folder {} is not empty", folder.string()),
                  "choose another name; nothing is ever written over");
}

void write_layer(const fs::path& folder, const std::string& kind, const std::string& name) {
  for (const auto& file : new_layer(kind, name)) {
    const auto path = folder / file.path;
    fs::create_directories(path.parent_path());
    write_file(path, file.text);
    if (file.executable) fs::permissions(path, fs::perms(0755));
  }
  write_schemas(folder / "schemas");
}

}  // namespace

int new_verb(const Arguments& arguments) {
  const auto kinds = new_layer_kinds();
  Shared shared;
  std::string name;
  std::string from = kinds.front();
  CLI::App app(
      "Makes a folder NAME with a distro of your own: one image, a package and a service, with comments where one "
      "would "
      "edit. It builds and boots as it is.",
      "kjx new");
  app.add_option("-C,--directory", shared.directory, "make it in this folder");
  app.add_option("name", name, "of the folder, the distro and its image")->required();
  app.add_option("--from", from, "what it starts from")->check(CLI::IsMember(kinds))->capture_default_str();
  parse(app, arguments);

  check_form(name);
  const auto folder = normal(shared.directory) / name;
  check_room(folder);
  check_free(name, builtin_workspace());
  // Whole or not at all.
  const auto draft = normal(shared.directory) / fmt::format(".{}.{}", name, getpid());
  try {
    write_layer(draft, from, name);
    fs::rename(draft, folder);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(draft, ignored);
    throw;
  }
  std::cout << fmt::format("{0} is there. Next:\n\n  cd {0}\n  kjx build\n  kjx run\n",
                           (fs::path(shared.directory) / name).lexically_normal().string());
  return exit_ok;
}

}  // namespace kjx::command
