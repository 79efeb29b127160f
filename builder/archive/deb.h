// A Debian binary package (deb(5)): an ar archive with the members debian-binary, control.tar.* and data.tar.*. Only
// the last one is read: scripts of packages are never run, so they are not even looked at.
#pragma once

#include <filesystem>
#include <string>

#include "store/manifest.h"
#include "store/store.h"

namespace kjx::archive {

// Takes what the package installs into the store: owners and modes as they are in the package (setuid included),
// compressed by gzip, bzip2, xz or zstd. `shown_as` is what errors call it.
//
// Refuses (Failure of kind unsafe-archive) absolute paths, "..", device nodes, fifos, hard links to what is no file of
// the package. Failure of kind bad-value when it is no Debian package; IoError for a damaged one.
[[nodiscard]] store::Manifest take_deb(const std::filesystem::path& package, const std::string& shown_as,
                                       store::Store& store);

}  // namespace kjx::archive
