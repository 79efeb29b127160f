// The action that merges everything an image holds into one manifest.
#pragma once

#include "work/work.h"

namespace kjx::image {

// Kind "rootfs". Inputs "part.N" (manifests), files "file/N", output "root" (manifest). Description:
//   {"parts":   [{"slot", "owner", "topic", "replaces": [owner, ...]}, ...],
//    "entries": [{"path", "type", "mode", "owner": "UID:GID", "target", "device": "MAJOR:MINOR", "topic"}, ...],
//    "files":   [{"slot", "path", "executable", "topic"}, ...],
//    "texts":   [{"path", "text", "mode", "owner", "topic"}, ...]}
// A mode is a number, or text in octal. An entry without type changes mode and owner of a path that is there. Of two
// entries for one path the later counts. A text's "owner" is who errors name. "topic" is what Work::where is asked.
// Throws Failure: two-owners (all of them at once), bad-value.
const work::Kind& rootfs_action();

}  // namespace kjx::image
