#include <fmt/format.h>

#include <CLI/App.hpp>
#include <iostream>

#include "base/file.h"
#include "base/terminal.h"
#include "command/by_hand.h"
#include "command/command.h"
#include "command/work_folder.h"
#include "step/by_hand.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

struct Visit {
  Shared shared;
  std::string name;
  std::vector<std::string> program;
  bool failed = false;
  bool fresh = false;
};

// Said to a person only: a command's output is its own.
void tell(const std::string& text) {
  if (at_terminal()) std::cerr << text << std::flush;
}

void tell_where(const step::HandWork& work, const Visit& asked, const Place& place) {
  std::string text = fmt::format("{}, as it is built here; `exit` leaves, and builds nothing.\n", place.action);
  if (!work.edited().empty()) {
    text +=
        fmt::format("Its source, to be edited: /kjx/src, on this machine {}\n`kjx patch {}` makes a patch of that.\n",
                    work.edited().string(), asked.name);
  } else if (work.has_input("source-tree")) {
    text += "Its source is a folder of yours: edit it there.\n";
  }
  tell(text);
}

// By the name that the failure told, or the kernel's, which stands for stage 1.
std::string failed_action(const Workspace& workspace, const std::string& name) {
  for (const auto& action : {name, name + ".stage1"}) {
    if (fs::exists(workspace.out / "failed" / action)) return action;
  }
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("nothing is kept of '{}': it did not fail when it last ran here", name),
                           "without --failed a shell opens where it would be built"});
}

int enter_what_failed(const Visit& asked, const Workspace& workspace) {
  const auto action = failed_action(workspace, asked.name);
  return step::enter_failed(options_for(workspace, action), asked.program, [](const work::Run& failed) {
    tell(fmt::format("What failed here, in {}: {}\n", failed.directory, quoted(failed.argv)));
  });
}

int enter(const Visit& asked, const Workspace& workspace) {
  const auto place = place_to_build(workspace, asked.name);
  if (const int code = make_inputs(asked.shared, workspace, place, {}); code != exit_ok) return code;
  const auto folder = work_folder(workspace, asked.name);
  const FileLock lock(lock_of(folder), [](std::string_view holder) {
    std::cerr << fmt::format("another one works in this folder ({}); waiting for it to end\n", holder);
  });
  int code = exit_ok;
  step::Hands hands;
  hands.folder = folder;
  hands.editable = true;
  hands.fresh = asked.fresh;
  hands.at_program = [&](step::HandWork& work, const work::Run& first) {
    tell_where(work, asked, place);
    code = work.enter(step::shell_for(first, asked.name, asked.program));
  };
  step::by_hand(options_for(workspace, place.action), hands);
  return code;
}

}  // namespace

int shell(const Arguments& arguments) {
  Visit asked;
  CLI::App app(
      "Opens a shell where a package is built: in its sandbox, with its source unpacked and patched, its environment "
      "and "
      "its programs. The source is a copy in out/edited/NAME/source, which stays, to be edited; `kjx patch` makes a "
      "patch of "
      "that. The exit code is the shell's or the command's.\n\n"
      "  kjx shell dropbear\n"
      "  kjx shell busybox -- make -C /kjx/src O=/kjx/build help\n"
      "  kjx shell kernel                   # with the configuration in /kjx/build\n"
      "  kjx shell --failed dropbear        # where the last build of it failed, as it was left\n",
      "kjx shell");
  add_shared(app, asked.shared);
  app.add_flag("--failed", asked.failed, "where it failed when it was last built, with what is kept of that");
  app.add_flag("--fresh", asked.fresh, "with the source as it comes, whatever was edited before");
  app.add_option("package", asked.name, "a package, `kernel`, `kernel-NAME`, or any action")->required();
  app.add_option("command", asked.program, "behind `--`: what to run there instead of a shell");
  parse(app, arguments);
  const auto workspace = find_workspace(asked.shared);
  return asked.failed ? enter_what_failed(asked, workspace) : enter(asked, workspace);
}

}  // namespace kjx::command
