// The action that writes an image's root as the read-only file system of a root partition.
#pragma once

#include "work/work.h"

namespace kjx::image {

// Kind "root-image". Input "root" (manifest); output "image" (blob). Description {"format": "squashfs" | "erofs"}.
const work::Kind& root_image_action();

}  // namespace kjx::image
