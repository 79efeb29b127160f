// From recipes to the graph, in phases.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/disk.h"
#include "graph/graph.h"
#include "recipe/recipes.h"

namespace kjx::plan {

struct Options {
  std::filesystem::path workspace;          // absolute; holds recipes/distro.yaml
  std::filesystem::path builtin;            // absolute; the layer that comes with kjx
  std::string version;                      // of this kjx
  std::string sandbox = "on";               // its mode in force, as action keys call it: "on", "chroot", "off"
  std::string sandbox_name = "bubblewrap";  // and as provenance does
  bool make_key = true;                     // `generate` a signing key that is not there yet; otherwise plan with none
  bool locked = true;                       // hold everything against the lock; `kjx lock` itself does not
  bool forgive_lock = false;                // one that cannot be read counts as absent: it is about to be written anew
  // Whether actions run the programs of the tool root, not the host's. Nothing: where some layer has recipes/tools.yaml
  // and there is a sandbox to see it in.
  std::optional<bool> pinned_tools;
  // NAME -> folder that takes the place of a package's source.
  std::map<std::string, std::filesystem::path> override_sources;
  // A folder that `kjx release` wrote, whose certificate and signatures take the place of the distro's key.
  std::filesystem::path release{};
};

struct Plan {
  recipe::Recipes recipes;
  graph::Graph graph;
};

// The first two phases: reads all layers and links their names.
[[nodiscard]] recipe::Recipes read(Disk& disk, const Options& options);

// Throws Failure with all errors of the first phase that has any.
[[nodiscard]] Plan make(Disk& disk, const Options& options);

// The tables of every recipe, with this kjx's styles, sources and formats.
[[nodiscard]] const recipe::Tables& tables();

}  // namespace kjx::plan
