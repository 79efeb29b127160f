// How large a built image is, and what made it so.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "command/workspace.h"
#include "graph/graph.h"
#include "recipe/recipes.h"

namespace kjx::command {

struct Sizes {
  std::map<std::string, std::uint64_t> whole;  // "root", "initramfs", "kernel", and outputs by format
  std::map<std::string, std::uint64_t> parts;  // of the root, in bytes of files: packages, modules, "other"
  // The root's first and last file in its archive; "" when it is not known.
  std::string first_file;
  std::string last_file;
};

// What is not built, or no longer in the store, is left out.
[[nodiscard]] Sizes sizes_of(const Workspace& workspace, const graph::Graph& graph, const recipe::Recipe& image);

}  // namespace kjx::command
