// Diagnostics for programs that read them: editors, and the annotations of a pipeline.
#pragma once

#include <string>

#include "diag/diagnostic.h"

namespace kjx {

// One JSON object on one line: kind, severity, message; file, line, column, length when it has a place; help and notes.
[[nodiscard]] std::string json_line(const Diagnostic& diagnostic);
// A workflow command of GitHub's: `::error file=...,line=...,col=...,title=...::message`.
[[nodiscard]] std::string github_line(const Diagnostic& diagnostic);

}  // namespace kjx
