// The action that turns a root manifest into the archive the kernel unpacks at boot.
#pragma once

#include "work/work.h"

namespace kjx::image {

// Kind "initramfs". Description {"compression": "none" | "gzip" | "zstd"}; input "root" (manifest); output "cpio"
// (blob).
const work::Kind& initramfs_action();

}  // namespace kjx::image
