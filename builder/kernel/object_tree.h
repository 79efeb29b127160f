// Which of stage 1's files stage 2 needs.
//
// A build folder of 225 MB shrinks to less than half when what stage 2 links anew (vmlinux, its intermediate forms, the
// boot image) and what belongs to modules only is left out. The modules' files can go because `make bzImage` without
// `modules` never looks at obj-m. What is not known for sure to be unnecessary stays.
#pragma once

#include <filesystem>

#include "store/manifest.h"
#include "store/store.h"

namespace kjx::kernel {

// Removes from a build folder, after `make bzImage modules modules_install`, what stage 2 does not read.
void prune_objects(const std::filesystem::path& build);

}  // namespace kjx::kernel
