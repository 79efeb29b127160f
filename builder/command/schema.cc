#include <fmt/format.h>

#include <CLI/App.hpp>
#include <filesystem>
#include <iostream>

#include "command/command.h"
#include "command/schema_files.h"
#include "command/workspace.h"
#include "plan/plan.h"

namespace kjx::command {

namespace {

int print_kinds() {
  for (const auto& kind : plan::tables().files()) std::cout << fmt::format("{:<10} {}\n", kind.name, kind.path);
  return exit_ok;
}

const recipe::FileKind& find_kind(const std::vector<recipe::FileKind>& kinds, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& kind : kinds) {
    if (kind.name == name) return kind;
    names.emplace_back(kind.name);
  }
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("there is no kind of file '{}'", name),
                           did_you_mean(name, names, "`kjx schema` lists them")});
}

}  // namespace

int schema(const Arguments& arguments) {
  std::string kind;
  std::string out;
  CLI::App app(
      "Prints the JSON schema (draft 7) of a kind of YAML file, for editors and validators; without a kind, lists "
      "them.",
      "kjx schema");
  app.add_option("kind", kind, "package, image, service ...");
  app.add_option("--out", out, "write those of all kinds into this folder, as KIND.schema.json");
  parse(app, arguments);

  if (!out.empty()) {
    write_schemas(normal(out));
    return exit_ok;
  }
  if (kind.empty()) return print_kinds();
  std::cout << schema_text(find_kind(plan::tables().files(), kind));
  return exit_ok;
}

}  // namespace kjx::command
