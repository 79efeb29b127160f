// Who uses a store: the out/ folders whose results are made of what lies in it.
#pragma once

#include <filesystem>
#include <vector>

#include "store/store.h"

namespace kjx::store {

// Notes an out/ folder: what its results need stays. Throws IoError.
void note_workspace(Store& store, const std::filesystem::path& out);
// Those that are still there; others are forgotten.
[[nodiscard]] std::vector<std::filesystem::path> workspaces(Store& store);

}  // namespace kjx::store
