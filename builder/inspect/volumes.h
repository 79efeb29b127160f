// File systems as trees, each read by the program that is kept with it.
#pragma once

#include <filesystem>
#include <optional>

#include "inspect/tree.h"

namespace kjx::inspect {

// A FAT volume, ext2 to ext4, squashfs, EROFS in a file of its own. Nothing when the program refuses it; throws Failure
// (no-tool) when there is no such program.
[[nodiscard]] std::optional<Tree> fat_tree(const std::filesystem::path& file);
[[nodiscard]] std::optional<Tree> ext_tree(const std::filesystem::path& file);
[[nodiscard]] std::optional<Tree> squashfs_tree(const std::filesystem::path& file);
// Contents come out of a whole extraction into the new folder `into`, which needs root when there are device nodes.
[[nodiscard]] std::optional<Tree> erofs_tree(const std::filesystem::path& file, const std::filesystem::path& into);

// The lines of the programs, for tests.
using Times = std::map<std::string, std::string>;  // see Tree::changed
// of `unsquashfs -lln -d ""`
[[nodiscard]] std::optional<store::Entry> squashfs_entry(const std::string& line, Times* times = nullptr);
// of `mdir -/ -a`
[[nodiscard]] std::vector<store::Entry> fat_entries(const std::string& text, Times* times = nullptr);

}  // namespace kjx::inspect
