// Where a command works: the layer it was called in, its out/ folder, the store; and the options all commands share.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "step/sandbox_mode.h"

namespace kjx::command {

struct Shared {
  std::string directory = ".";
  std::string out;    // "": out/ in the workspace
  std::string store;  // "": store::Store::default_root()
  std::string sandbox = "auto";
  std::string toolroot;                      // "": $KJX_TOOLROOT, or as it comes
  std::vector<std::string> override_source;  // NAME=DIR
  std::vector<std::string> limits;           // NAME=AMOUNT
  std::string key_from;                      // a release's folder
};

// Adds the shared options to a command's parser.
void add_shared(CLI::App& app, Shared& shared);

struct Workspace {
  std::filesystem::path folder;                               // the uppermost layer; absolute
  std::filesystem::path builtin;                              // the layer that comes with kjx; absolute
  std::filesystem::path out;                                  // absolute
  std::filesystem::path store;                                // absolute
  std::filesystem::path program;                              // this executable
  step::SandboxMode sandbox = step::SandboxMode::bubblewrap;  // the one in force, whatever was asked for
  std::string instead_of_bubblewrap;                          // why `auto` took another mode; else empty
  std::optional<bool> pinned_tools;                           // plan::Options::pinned_tools
  std::map<std::string, std::filesystem::path> override_sources;
  std::vector<std::string> limits;  // NAME=AMOUNT, of step::set_limit()
  std::filesystem::path release;    // absolute; whose certificate and signatures are taken; empty: the distro's key

  [[nodiscard]] plan::Options plan_options() const;
  // The options that say how something is built, whatever the folders: a second build elsewhere wants the same.
  [[nodiscard]] std::vector<std::string> ways() const;
  // The command line that writes this workspace's graph anew.
  [[nodiscard]] std::vector<std::string> replan() const;
};

// Looks for recipes/distro.yaml in `shared.directory` and the folders above it. Throws Failure (no-layer).
[[nodiscard]] Workspace find_workspace(const Shared& shared);

// The layer that comes with kjx, as if it was called there.
[[nodiscard]] Workspace builtin_workspace();

// What is planned there, and what the recipes say: to look at, so no signing key is made. Throws Failures.
[[nodiscard]] plan::Plan plan_of(const Workspace& workspace);
[[nodiscard]] recipe::Recipes recipes_of(const Workspace& workspace);

// A path as a user writes it: absolute, without "." and "..", and without a slash at its end.
[[nodiscard]] std::filesystem::path normal(const std::filesystem::path& path);

// Parses a verb's arguments. Throws Failure (usage), or ends the process for --help.
void parse(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace kjx::command
