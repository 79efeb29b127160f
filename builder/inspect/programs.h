// Programs of the host that know a file system better than kjx could.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kjx::inspect {

// What the program prints when it ends with 0, errors left out. Nothing when it fails. `argv`'s first is looked for in
// PATH and where system programs are. Throws Failure (no-tool) that names the Debian package when it is not there.
[[nodiscard]] std::optional<std::string> said(std::vector<std::string> argv, const std::string& package,
                                              std::string input = {});

}  // namespace kjx::inspect
