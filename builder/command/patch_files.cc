#include "command/patch_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '.' && text.front() != '-' &&
         std::ranges::all_of(text,
                             [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; });
}

// "0012-..." -> 12; 0 for names without a number.
int number_of(std::string_view name) {
  int number = 0;
  for (const char c : name.substr(0, 4)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + (c - '0');
  }
  return name.size() > 4 ? number : 0;
}

int next_number(const std::vector<recipe::DataFile>& patches) {
  int last = 0;
  for (const auto& patch : patches) last = std::max(last, number_of(patch.name));
  return last + 1;
}

void require_patchable(const Place& place, const std::string& name) {
  if (place.recipe == nullptr) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("'{}' is an action, and patches are a package's or the kernel's", name),
                             "name the package"});
  }
  const auto& inputs = place.plan.graph.find(place.action)->inputs;
  if (std::ranges::any_of(inputs, [](const auto& input) { return input.slot == "source"; })) return;
  throw Failure(Diagnostic{Kind::usage, place.recipe->where,
                           fmt::format("'{}' has no source that patches apply to", name),
                           "a source that is a folder is edited there"});
}

}  // namespace

PatchTarget patch_target(const Place& place, const Workspace& workspace, const std::string& name,
                         const std::string& words) {
  require_patchable(place, name);
  if (!is_word(words)) {
    throw Failure(Diagnostic{Kind::bad_value,
                             {},
                             fmt::format("'{}' is no name for a patch", words),
                             "letters, digits, '-', '_' and '.': kjx patch hello --name greet-louder"});
  }
  const auto& patches = place.kernel ? place.plan.recipes.kernel_patches : place.recipe->patches;
  const auto file = fmt::format("{:04}-{}.patch", next_number(patches), words);
  if (place.kernel) return {workspace.folder / "kernel/patches" / file, {}, {}};
  const fs::path folder = workspace.folder / "recipes/packages" / name;
  return {folder / "patches" / file, folder / "recipe.yaml", name};
}

bool make_extending_recipe(const PatchTarget& target) {
  if (target.recipe.empty() || fs::exists(target.recipe)) return false;
  write_file(target.recipe, fmt::format("extends: {}\n", target.extends));
  return true;
}

std::string patch_header(const step::FileChange& change) {
  const auto mode = [](bool executable) { return executable ? "100755" : "100644"; };
  std::string text = fmt::format("diff --git a/{0} b/{0}\n", change.path);
  switch (change.kind) {
    case step::FileChange::Kind::added:
      text += fmt::format("new file mode {}\n", mode(change.is_executable));
      break;
    case step::FileChange::Kind::removed:
      text += fmt::format("deleted file mode {}\n", mode(change.was_executable));
      break;
    default:
      if (change.was_executable != change.is_executable)
        text += fmt::format("old mode {}\nnew mode {}\n", mode(change.was_executable), mode(change.is_executable));
  }
  return text;
}

}  // namespace kjx::command
