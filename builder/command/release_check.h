// `kjx verify --release`: a published image, built again by somebody who has no key.
#pragma once

#include <filesystem>

#include "command/building.h"

namespace kjx::command {

// Builds the image of the release in `folder` (absolute), in an out/ folder of its own unless one is asked for, with
// the release's certificate and signatures: no private key is read or made. Then compares the digest of every file that
// was published, and prints a table. exit_failed when one differs. Throws Failure when that is no release.
int verify_release(BuildOptions asked, const std::filesystem::path& folder);

}  // namespace kjx::command
