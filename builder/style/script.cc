// script: for what fits no other style. The script gets the same folders and variables that the styles' own commands
// do.
#include <fmt/format.h>

#include "style/build.h"
#include "style/options.h"
#include "style/style.h"

namespace kjx::style {
namespace of_script {

using schema::Type;

void check_there(const Build& build, const std::string& name) {
  for (const auto& file : build.work.files("recipe/")) {
    if (file.slot == "recipe/" + name) return;
  }
  throw Failure(Diagnostic{Kind::unknown_name, build.work.where("options"),
                           fmt::format("there is no script '{}' beside the recipe of '{}'", name, build.work.name()),
                           "put it into the recipe's folder, or name another one by `script:`"});
}

// The shell and what it reads: the recipe's own lines, or a file beside it.
std::vector<std::string> shell(const Build& build) {
  if (const std::string lines = text(build.options, "run"); !lines.empty()) return {"sh", "-eu", "-c", lines, "run"};
  const std::string name = text(build.options, "script");
  check_there(build, name);
  return {"sh", "-eu", "/kjx/recipe/" + name};
}

void run_script(work::Work& work) {
  Build build = begin(work);
  std::vector<std::string> argv = shell(build);
  for (const std::string& argument : list(build.options, "arguments")) argv.push_back(argument);
  build.environment["KJX_SOURCE"] = build.source;
  run_with_jobs(build, argv);
  finish(build);
}

}  // namespace of_script

const Style& script_style() {
  using namespace of_script;
  static const schema::Table table =
      table_with_common("the style 'script'", "A shell script: a few lines in the recipe, or a file beside it.",
                        {{"run", Type::text, "The script itself; wins over `script`."},
                         {"script", Type::name, "Name of a file beside the recipe.", false, "build.sh"},
                         {"arguments", Type::list, "Its arguments."}},
                        "false");
  static const Style style{
      "script",
      "Runs a script (sh -eu) in /kjx/build. The source is at $KJX_SOURCE, what it is built against at "
      "/kjx/sysroot; whatever the script puts into /kjx/out is the package. $KJX_TRIPLE, $KJX_PACKAGE and $KJX_VERSION "
      "say what is built for which target; a `make` in it shares the build's jobs.",
      &table,
      false,
      {"style.script", 1, {"gcc", "binutils", "make", "libc6-dev", "dash", "coreutils", "sed", "grep"}, &run_script}};
  return style;
}

}  // namespace kjx::style
