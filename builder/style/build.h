// What all styles do around their own commands: the sandbox's folders before, the package's tree after.
//
//   /kjx/src      the source, patched, read-only       /kjx/sysroot  what it is built against, merged, read-only
//   /kjx/build    where it is built (the home)         /kjx/tools    programs that run here, merged, read-only
//   /kjx/out      what it installs: the image's root   /kjx/recipe   the files beside the recipe, read-only
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "work/work.h"

namespace kjx::style {

struct Build {
  work::Work& work;
  nlohmann::json options;
  std::map<std::string, std::string> environment;  // of every program
  std::string source = "/kjx/src";                 // /kjx/build when built in the tree
  std::filesystem::path source_folder;             // the same on the host; empty when the package has no source
  std::filesystem::path build_folder;
  std::filesystem::path out_folder;
  bool jobs = true;
  std::uint64_t compiled = 0;  // objects so far, for progress
};

// Lays out and mounts everything. Throws Failure (two-owners when what it is built against does not fit together).
[[nodiscard]] Build begin(work::Work& work);

// Runs a program in `directory` (inside). Its lines are watched for progress.
void run(Build& build, std::vector<std::string> argv, const std::string& directory = "/kjx/build",
         const std::string& input = "");
// The same for a script in which make may be run.
void run_with_jobs(Build& build, std::vector<std::string> argv, const std::string& directory = "/kjx/build");
// The same for make itself, which takes part in the build's jobs.
void make(Build& build, std::vector<std::string> arguments, const std::string& directory = "/kjx/build");

// Takes /kjx/out as the package's tree: output "tree".
void finish(Build& build);

// What a line of output says is being compiled, linked or archived; empty when it says nothing of that.
[[nodiscard]] std::string_view compiled_object(std::string_view line);

}  // namespace kjx::style
