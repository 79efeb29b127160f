// Diagnostics for programs that read them: editors, and the annotations of a pipeline.
#pragma once

#include <filesystem>
#include <string>

#include "diag/diagnostic.h"

namespace kjx {

// One JSON object on one line: kind, severity, message; file, line, column, length when it has a place; help and notes.
[[nodiscard]] std::string json_line(const Diagnostic& diagnostic);
// A workflow command of GitHub's: `::error file=...,line=...,col=...,title=...::message`. Its files are those of the
// repository: `folder` is where in it the diagnostic's names begin.
[[nodiscard]] std::string github_line(const Diagnostic& diagnostic, const std::filesystem::path& folder = {});

}  // namespace kjx
