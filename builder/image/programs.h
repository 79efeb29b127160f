// The action that says, before anything is booted, which program a script runs that the image does not hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/manifest.h"
#include "work/work.h"

namespace kjx::image {

// Kind "programs". Input "root" (manifest); output "checked" (a list of what was found where).
// Description: {"programs": [{"name", "user", "topic"}, ...]}. Throws Failure (missing-program), all of them at once.
const work::Kind& programs_action();

// The path a program is run from: absolute names as they are, others found in /usr/sbin:/usr/bin:/sbin:/bin. Symlinks
// are followed within the manifest. Nothing when it is not there or not executable.
[[nodiscard]] std::optional<std::string> find_program(const store::Manifest& root, std::string_view name);

}  // namespace kjx::image
