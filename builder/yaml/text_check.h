// What must be right about a file's bytes before a YAML parser sees them.
#pragma once

#include <memory>

#include "diag/diagnostic.h"
#include "yaml/node.h"

namespace kjx::yaml {

// Size, UTF-8, control characters, line ends, tabs used for indentation. Adds at most one error; returns whether all
// is well.
bool check_text(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics, const Limits& limits);

}  // namespace kjx::yaml
