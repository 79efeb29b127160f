// Where a patch of a person's edits goes, and what stands at the head of each file's part.
#pragma once

#include <filesystem>
#include <string>

#include "command/by_hand.h"
#include "step/work_copy.h"

namespace kjx::command {

struct PatchTarget {
  std::filesystem::path file;  // .../patches/0002-NAME.patch
  std::filesystem::path
      recipe;  // the layer's own of the package, without which its patches are not looked at; empty: none needed
  std::string extends;  // what that one extends, where it is to be made
};

// Behind all patches that there are. Throws Failure: bad-value for a name that is no file's, usage for what is no
// package with a source that takes patches.
[[nodiscard]] PatchTarget patch_target(const Place& place, const Workspace& workspace, const std::string& name,
                                       const std::string& words);
// Whether it was missing.
bool make_extending_recipe(const PatchTarget& target);

// "diff --git a/x b/x" and what modes it had and has: patch(1) takes them from there. Of a change that only a line of
// text makes: nothing.
[[nodiscard]] std::string patch_header(const step::FileChange& change);

}  // namespace kjx::command
