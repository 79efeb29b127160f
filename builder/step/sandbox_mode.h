// The ways to keep an action to itself, and which of them this machine has.
//
//   bubblewrap  namespaces of its own, by bwrap(1); needs user namespaces
//   chroot      for root where those are forbidden (a container's usual profile): a folder that holds the same paths
//   off         the host as it is
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "diag/diagnostic.h"

namespace kjx::step {

enum class SandboxMode { bubblewrap, chroot, off };

// What --sandbox calls it: "require", "chroot", "off".
[[nodiscard]] std::string_view option_of(SandboxMode mode);
[[nodiscard]] std::optional<SandboxMode> parse_sandbox_mode(std::string_view option);
// How it is called in provenance: "bubblewrap", "chroot", "off".
[[nodiscard]] std::string_view name_of(SandboxMode mode);
// Its word in descriptions and action keys. Bubblewrap's is "on", as it was when there was no other: results stay
// known.
[[nodiscard]] std::string_view key_word(SandboxMode mode);

struct SandboxChoice {
  SandboxMode mode = SandboxMode::bubblewrap;
  std::string instead;  // why bubblewrap was not taken; empty: it was not asked for, or it was taken
};

// What `--sandbox=auto` means here: bubblewrap; where it does not work and a chroot does, that. Where neither works,
// bubblewrap: the first action says what is missing. That bubblewrap works is written to the file `memory`, if its
// folder is there, and not tried again under the same circumstances: it takes as long as a build with nothing to do.
[[nodiscard]] SandboxChoice choose_sandbox(const std::filesystem::path& memory);
// What an answer depends on: this boot, this container, its profile and rights, the program.
[[nodiscard]] std::string circumstances(const std::filesystem::path& bwrap);

// Tries once per process whether bubblewrap can make a sandbox. Throws Failure: no-tool (no bwrap), no-sandbox (user
// namespaces are forbidden; carries bwrap's own words).
void require_sandbox();
// The same with a program of one's own in place of bwrap, and without remembering. Nothing: it works.
[[nodiscard]] std::optional<Diagnostic> try_sandbox(const std::optional<std::filesystem::path>& bwrap);

// Why this process cannot run an action in a chroot, as "it lacks ..."; nothing when it can. `status` and `uid_map` are
// the texts of /proc/self/status and /proc/self/uid_map.
[[nodiscard]] std::optional<std::string> chroot_problem(unsigned user, std::string_view status,
                                                        std::string_view uid_map);
[[nodiscard]] std::optional<std::string> chroot_problem();

}  // namespace kjx::step
