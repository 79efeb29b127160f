// `kjx step`: what Ninja runs for each of its edges.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "diag/render.h"
#include "step/limits.h"
#include "step/sandbox.h"

namespace kjx::step {

struct Options {
  std::filesystem::path out;  // the workspace's out/
  std::string action;
  std::optional<Digest> digest;  // of the action's text, from the command line; nothing: not compared
  std::filesystem::path store;   // root of the store
  SandboxMode sandbox = SandboxMode::bubblewrap;
  bool offline = false;
  std::filesystem::path varied;    // of `kjx verify`: see Surroundings
  std::vector<std::string> holes;  // of tests: see Surroundings
  Limits limits = default_limits();
  int cores = 0;        // for a make without a job server; 0: the machine's
  RenderStyle style{};  // of errors
};

// Makes the action's result: out/results/NAME.json, its time changed only if its text did. 0, or 1 after the errors
// were printed to `errors`. Sets the process's umask to 022 and, when offline, $KJX_OFFLINE.
int run_step(const Options& options, std::ostream& errors);
int run_step(const Options& options);  // to stderr

// Copies an output's bytes to `path`, relative to out/. The exit code as above.
int export_output(const Options& options, std::string_view output, const std::filesystem::path& path,
                  std::ostream& errors);
int export_output(const Options& options, std::string_view output, const std::filesystem::path& path);

}  // namespace kjx::step
