// The fragment that takes what a menu changed, and its place in the recipe.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "command/by_hand.h"

namespace kjx::command {

struct Fragment {
  std::filesystem::path file;    // in the uppermost layer
  std::filesystem::path recipe;  // the uppermost layer's of the kernel or package; may be absent
  std::string item;              // how a recipe lists it: "mine" of the kernel, "mine.config" of a package
  bool listed = false;
  bool kernel = false;
  std::string extends;  // of a recipe that is to be made
};

// `asked` is --into's; "": the last fragment of the uppermost layer, or a new one with the distro's name. Throws
// Failure (bad-value) for one of a layer below: it would be replaced.
[[nodiscard]] Fragment fragment_for(const Place& place, const Workspace& workspace, const std::string& asked);

// Lists it in the recipe, which is made if need be. False when that is left to the author: the recipe is written in a
// way that is not understood here.
bool list_fragment(const Fragment& fragment, const Place& place, const Workspace& workspace);

// --- in a recipe's text ---

// With `item` behind another one of a list, in flow style ([a, b]) or block style (- a). `line` and `column` are the
// other one's.
[[nodiscard]] std::string with_item_behind(std::string_view yaml, int line, int column, std::string_view item);
// What a recipe without a list of its own says.
[[nodiscard]] std::string appended_item(bool kernel, std::string_view item);

}  // namespace kjx::command
