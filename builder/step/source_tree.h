// Source archives, unpacked and patched once for all actions that build from them.
//
// store/unpacked/KEY/ is the tree, KEY.stamp beside it says what its entries looked like when it was whole. The key
// covers what the tree is made of, so a tree never changes; should somebody change one by hand all the same, the stamp
// no longer fits and the tree is made again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "diag/diagnostic.h"
#include "store/store.h"

namespace kjx::step {

// Raise it when the same archive and patches must give another tree.
inline constexpr int unpack_revision = 1;

struct Patch {
  std::string name;            // file name, for errors
  std::filesystem::path path;  // the bytes of `digest`
  Digest digest;
  Location where;  // the line of the recipe that brought it
};

struct SourceTree {
  Digest archive;
  std::string name;  // for errors: "busybox 1.37.0"
  int strip = 1;
  std::vector<Patch> patches;  // in the order in which they apply
};

// What source_tree() wants from its surroundings.
struct Unpacking {
  std::function<int(const std::filesystem::path& tree, const Patch& patch, std::string& output)>
      patch;  // runs patch(1)
  std::function<void(std::string_view holder)> waiting;
  std::function<void(std::string_view line)> log;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // bytes of the archive
};

// The tree's folder: modes 0755 or 0644, every mtime work::source_mtime. Throws store::Missing, IoError, Failure
// (unsafe-archive, patch-failed).
[[nodiscard]] std::filesystem::path source_tree(const SourceTree& wanted, store::Store& store,
                                                const Unpacking& unpacking);

[[nodiscard]] Digest source_tree_key(const SourceTree& wanted);

// path, type, mode, size and mtime of all entries below `tree`: what a look without reading sees.
[[nodiscard]] Digest stamp_of(const std::filesystem::path& tree);
// Beside an unpacked tree: its stamp, written when it was whole.
[[nodiscard]] std::filesystem::path stamp_file(const std::filesystem::path& tree);
// Is it there, with the stamp that it was given?
[[nodiscard]] bool is_whole(const std::filesystem::path& tree);

}  // namespace kjx::step
