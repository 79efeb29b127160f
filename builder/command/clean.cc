#include <CLI/App.hpp>

#include "base/file.h"
#include "command/command.h"
#include "command/workspace.h"

namespace kjx::command {

int clean(const Arguments& arguments) {
  Shared shared;
  CLI::App app("Removes out/. The store keeps what was built, so the next build is quick.", "kjx clean");
  add_shared(app, shared);
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  // Only a folder that kjx wrote, whatever --out says.
  if (!std::filesystem::exists(workspace.out)) return exit_ok;
  if (!std::filesystem::exists(workspace.out / "build.ninja")) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             workspace.out.string() + " was not written by kjx: it has no build.ninja",
                             "remove it by hand if you mean it"});
  }
  remove_tree(workspace.out);
  return exit_ok;
}

}  // namespace kjx::command
