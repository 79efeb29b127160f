#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>

#include "base/file.h"
#include "command/by_hand.h"
#include "command/command.h"
#include "command/patch_files.h"
#include "command/work_folder.h"
#include "step/by_hand.h"
#include "step/work_copy.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

// diff(1)'s words for one file; its labels leave the times away.
std::string difference(step::HandWork& work, const step::FileChange& change) {
  if (change.kind == step::FileChange::Kind::mode) return {};
  const bool added = change.kind == step::FileChange::Kind::added;
  const bool removed = change.kind == step::FileChange::Kind::removed;
  work::Run run;
  run.argv = {"diff",
              "-u",
              "--label",
              added ? "/dev/null" : "a/" + change.path,
              "--label",
              removed ? "/dev/null" : "b/" + change.path,
              added ? "/dev/null" : "/kjx/a/" + change.path,
              removed ? "/dev/null" : "/kjx/b/" + change.path};
  const auto said = work.help_with(run);
  if (said.output.starts_with("Binary files ")) {
    throw Failure(Diagnostic{Kind::bad_value,
                             {},
                             fmt::format("a patch cannot hold '{}': it is no text", change.path),
                             "was it built there? remove it from out/edited/NAME/source, and build in /kjx/build"});
  }
  if (said.code > 1) throw Failure(Diagnostic{Kind::program_failed, {}, "diff: " + said.output});
  return said.output;
}

std::string patch_of(step::HandWork& work) {
  std::string text;
  work.mount({work.pristine(), "/kjx/a"});
  work.mount({work.edited(), "/kjx/b"});
  for (const auto& change : step::file_changes(work.pristine(), work.edited()))
    text += patch_header(change) + difference(work, change);
  return text;
}

Failure nothing_edited(const std::string& name, const fs::path& folder) {
  const bool there = fs::is_directory(folder / "source");
  return Failure(
      Diagnostic{Kind::usage,
                 {},
                 there ? fmt::format("the source of '{}' is as it comes: there is nothing to make a patch of", name)
                       : fmt::format("the source of '{}' was never laid out to be edited", name),
                 fmt::format("`kjx shell {}` lays it out; edit /kjx/src there, or {} on this machine", name,
                             (folder / "source").string())});
}

}  // namespace

int patch(const Arguments& arguments) {
  Shared shared;
  std::string name;
  std::string words = "edit";
  CLI::App app(
      "Makes a patch of what was edited in `kjx shell`: a numbered file in the uppermost layer's "
      "recipes/packages/PACKAGE/patches (of the kernel: kernel/patches), which the next build applies. Another layer's "
      "files "
      "stay as they are.\n\n"
      "  kjx shell dropbear      # edit /kjx/src; or out/edited/dropbear/source with an editor of this machine\n"
      "  kjx patch dropbear --name quieter\n"
      "  kjx build dropbear\n",
      "kjx patch");
  add_shared(app, shared);
  app.add_option("package", name, "a package, `kernel` or `kernel-NAME`")->required();
  app.add_option("--name", words, "what the patch does: 000N-NAME.patch (default: edit)");
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  const auto place = place_to_build(workspace, name);
  const auto target = patch_target(place, workspace, name, words);
  const auto folder = work_folder(workspace, name);
  if (!fs::is_directory(folder / "source")) throw nothing_edited(name, folder);
  if (const int code = make_inputs(shared, workspace, place, {}); code != exit_ok) return code;
  const FileLock lock(lock_of(folder), [](std::string_view holder) {
    std::cerr << fmt::format("somebody works in this folder ({}); waiting for that to end\n", holder);
  });
  std::string text;
  step::Hands hands;
  hands.folder = folder;
  hands.editable = true;
  hands.at_program = [&](step::HandWork& work, const work::Run&) { text = patch_of(work); };
  step::by_hand(options_for(workspace, place.action), hands);
  if (text.empty()) throw nothing_edited(name, folder);
  write_file(target.file, text);
  std::cout << fmt::format("written: {}\n", target.file.lexically_relative(workspace.folder).string());
  if (make_extending_recipe(target)) {
    std::cout << fmt::format("written: {}, by which this layer's patches are taken\n",
                             target.recipe.lexically_relative(workspace.folder).string());
  }
  return exit_ok;
}

}  // namespace kjx::command
