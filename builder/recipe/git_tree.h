// The git tree that a layer lies in, read from git's own files: kjx asks in every plan, and starting git costs more
// than planning does. Formats: gitrepository-layout(5), git-pack-refs(1).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/disk.h"

namespace kjx::recipe {

struct GitTree {
  std::filesystem::path folder;  // its top
  std::string commit;            // what is checked out, in hex; empty before the first commit
};

// Nothing: neither `folder` nor a folder above it is one. `folder` is absolute.
[[nodiscard]] std::optional<GitTree> git_tree(Disk& disk, const std::filesystem::path& folder);

}  // namespace kjx::recipe
