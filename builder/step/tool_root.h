// The tool root on the disk: the programs that actions see instead of the host's.
//
// store/unpacked/toolroot-DIGEST/ is the tree, laid out once for all actions; like an unpacked source it has a stamp
// beside it (source_tree.h), and is laid out again should somebody have changed it.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "store/store.h"

namespace kjx::step {

// The input by which an action says that it runs in a tool root.
inline constexpr std::string_view tool_root_slot = "toolroot";

// Its folder. `tree` is a manifest. Throws store::Missing, IoError.
[[nodiscard]] std::filesystem::path tool_root(const Digest& tree, store::Store& store,
                                              const std::function<void(std::string_view holder)>& waiting);

}  // namespace kjx::step
