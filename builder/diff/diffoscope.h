// diffoscope knows many more kinds of files than kjx (databases, pictures, bytecode, fonts ...). Where it is installed,
// it is asked about what kjx can only show as bytes.
#pragma once

#include <string>
#include <vector>

#include "inspect/parts.h"

namespace kjx::diff {

// Its report, a few lines at most; nothing where it is not installed, or has no more to say than bytes. `name` is the
// file's own: its ending helps to tell what it is.
[[nodiscard]] std::vector<std::string> ask_diffoscope(const std::string& name, const inspect::Content& first,
                                                      const inspect::Content& second, inspect::Scratch& scratch);

}  // namespace kjx::diff
