// From what `make install` left in a folder to the package's tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/manifest.h"
#include "style/build.h"

namespace kjx::style {

// Strips what is installed (in the sandbox), takes it into the store, applies keep and drop, adds files/.
[[nodiscard]] store::Manifest package_tree(Build& build);

// Only entries that a glob of `keep` matches (all, when there is none) and no glob of `drop` does, with the folders
// above them. A folder whose last entry went goes too; one that was installed empty stays.
[[nodiscard]] store::Manifest selected(const store::Manifest& all, const std::vector<std::string>& keep,
                                       const std::vector<std::string>& drop);

// Adds the files "files/PATH" of the recipe, which take the place of what is there.
void add_own_files(store::Manifest& tree, work::Work& work);

// What `strip` may take from a file.
enum class Strippable { no, program, shared, object, archive };
// By its first bytes: ELF (System V ABI, chapter 4, "ELF Header": e_type at 16, in the byte order of EI_DATA) or ar.
// A PIE is an ELF file of the same type as a shared library.
[[nodiscard]] Strippable strippable(std::string_view first_bytes);

}  // namespace kjx::style
