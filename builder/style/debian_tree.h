// From Debian's binary packages to one tree.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "store/manifest.h"
#include "work/work.h"

namespace kjx::style {

// Folders of the root that Debian keeps as links into /usr (the "merged /usr"), although its packages still bring files
// below their old names.
[[nodiscard]] bool moves_into_usr(std::string_view folder);

// The tree with those folders in usr/, and links in their places. A link that leads out of a moved folder by ".." still
// leads where it did. Of two entries that become one path, equal ones are one; otherwise the one from usr/ stands.
[[nodiscard]] store::Manifest merged_usr(const store::Manifest& tree);

// All inputs "deb.PACKAGE" of the action (trees) as one. A folder that several packages have is as the first one has
// it: that is what dpkg does. Throws Failure (two-owners).
[[nodiscard]] store::Manifest debian_tree(work::Work& work, bool merge_usr);

// Links of the recipe's, path -> target, in the place of whatever is there; for the choices that Debian leaves to
// update-alternatives when a package is installed.
void add_links(store::Manifest& tree, const std::map<std::string, std::string>& links);

// The action kind "deb": input "file" (a *.deb), description {"name": for messages}; output "tree".
const work::Kind& deb_action();

// The action kind "toolroot": input "debs" (a tree of *.deb files), description {"links": {...}, "drop": [...]}; output
// "tree": the programs that actions run, with everything these need.
const work::Kind& tool_root_action();

}  // namespace kjx::style
