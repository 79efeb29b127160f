// Ways to build a package. One file each, one line in styles.def.
#pragma once

#include <string_view>

#include "schema/schema.h"
#include "work/work.h"

namespace kjx::style {

struct Style {
  std::string_view name;
  std::string_view help;
  const schema::Table* table;
  bool kernel_source = false;  // builds from the kernel's own source instead of the package's
  work::Kind action;           // named "style.NAME"; description below
  bool debian = false;         // made of Debian's binary packages: its options say which, the lock which versions
};

// Description of every style's action:
//   {"package", "version", "options": the record's json, "strip": bool, "keep": [...], "drop": [...],
//    "target": {"triple", "kernel": {"arch"} ...}, "source_strip": 1}
// Inputs: "source" (archive blob) or "source-tree" (a tree, unpacked and never patched; absent when there is neither),
// "sysroot.PACKAGE" (trees, merged at /kjx/sysroot),
// "tool.PACKAGE" (trees, merged at /kjx/tools). Files: "patch/NAME", "files/PATH" (copied into the tree),
// "recipe/NAME". Output: "tree". A style made of Debian's packages has inputs "deb.PACKAGE" (trees) and none of the
// others.

// Each row NAME of styles.def is a function `const Style& NAME_style()` in NAME.cc; the rest of that file
// is in a namespace of_NAME, since a folder may be compiled as one file.
#define STYLE(name) const Style& name##_style();
#include "style/styles.def"
#undef STYLE

[[nodiscard]] const std::vector<const Style*>& styles();
[[nodiscard]] const Style* find(std::string_view name);
[[nodiscard]] std::vector<schema::Alternative> alternatives();

}  // namespace kjx::style
