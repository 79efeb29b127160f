// The only printer of errors.
//
//   recipes/packages/x/recipe.yaml:3:1: error: unknown key 'versoin' in a package [unknown-key]
//       3 | versoin: 1.0
//         | ^~~~~~~
//     help: did you mean 'version'?
//   other.yaml:7:1: note: ...
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "diag/diagnostic.h"

namespace kjx {

enum class Format { text, json, github };

struct RenderStyle {
  bool color = false;
  std::size_t most = 20;         // further ones are only counted, in text
  Format format = Format::text;  // of the others: a line each (report_lines.h)
  std::string folder;            // github: the layer's in the repository, stands before its files' names
};

// The order of errors on the screen.
[[nodiscard]] bool stands_before(const Diagnostic& a, const Diagnostic& b);

// Sorted by file and line (those without a place last), each once.
void render(std::ostream& out, std::vector<Diagnostic> diagnostics, const RenderStyle& style = {});

}  // namespace kjx
