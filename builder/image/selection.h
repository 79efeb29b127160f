// The action that takes a few programs of packages and a few modules of a kernel: what the early initramfs needs.
#pragma once

#include "work/work.h"

namespace kjx::image {

// Kind "selection". Inputs "package.N" (trees) and "modules" (the kernel's; may be absent). Output "tree". Description:
//   {"programs": [{"path", "topic"}, ...],   with what they link to
//    "modules":  [{"name", "topic"}, ...],   each must be there or built in
//    "drivers":  [glob, ...]}                those of these that are there
// Throws Failure (missing-program, unknown-name), all of them at once.
const work::Kind& selection_action();

}  // namespace kjx::image
