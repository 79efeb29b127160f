// The page on what the tables of fields do not say: how a layer lies on disk, how layers are laid over each other, and
// what a package sees while it is built.
#pragma once

#include <string>

#include "command/reference.h"

namespace kjx::command {

[[nodiscard]] ReferencePage layer_page();

// For a terminal 80 columns wide.
[[nodiscard]] std::string as_text(const ReferencePage& page);

}  // namespace kjx::command
