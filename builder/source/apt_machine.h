// Where this machine's own apt gets Debian's packages from.
#pragma once

#include <string>

#include "source/apt_sources.h"

namespace kjx::source {

// Throws std::runtime_error, with the reason, where there is no apt or it is set up for something else.
[[nodiscard]] DebianArchive archive_of_this_machine(const std::string& suite);

}  // namespace kjx::source
