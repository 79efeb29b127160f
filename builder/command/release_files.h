// What a release's folder holds:
//
//   IMAGE.iso ...             the image's outputs
//   IMAGE.spdx.json           what is in it      IMAGE.provenance.json  how it was made
//   licenses/                 texts, patches and where the sources are
//   certificate.pem           whose modules its kernel loads
//   signatures/               of the modules, by which anybody makes the same bytes without the key
//   release.json              which image of which distro, and the state of its recipes
//   kjx.lock                  where the distro has one
//   SHA256SUMS                of all of these
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "command/workspace.h"
#include "plan/plan.h"

namespace kjx::command {

inline constexpr const char* sums_file = "SHA256SUMS";
inline constexpr const char* release_file = "release.json";
inline constexpr const char* lock_copy = "kjx.lock";

// The target that makes everything of it. Throws Failure (usage) for an image without outputs.
[[nodiscard]] const graph::Target& release_target(const plan::Plan& plan, const recipe::Recipe& image);

// What the graph makes for a release, by its name in the folder. Its bytes are in the store, made again where they had
// gone. The target must have been built. Throws Failure.
[[nodiscard]] std::map<std::string, Digest> made_for_release(const Workspace& workspace, const plan::Plan& plan,
                                                             const recipe::Recipe& image);

// "DIGEST  NAME" lines as sha256sum(1) writes them.
[[nodiscard]] std::string sums_text(const std::map<std::string, Digest>& files);
// Back from a release's folder. Throws Failure (usage) when it is none or names files outside of it, (wrong-digest)
// when a file of it is not what its sums say.
[[nodiscard]] std::map<std::string, Digest> read_sums(const std::filesystem::path& folder);

}  // namespace kjx::command
