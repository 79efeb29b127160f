#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <iostream>
#include <set>

#include "base/process.h"
#include "command/command.h"
#include "command/workspace.h"
#include "step/sandbox_mode.h"

namespace kjx::command {

namespace {

struct Tool {
  std::string_view name;
  std::string_view package;
  std::string_view purpose;
  bool of_actions;  // the tool root has it
};

constexpr Tool tools[] = {
#define TOOL(name, package, purpose) {name, package, purpose, false},
#define HOST_TOOL(name, package, purpose) {name, package, purpose, true},
#include "command/tools.def"
#undef HOST_TOOL
#undef TOOL
};

// Administrators' programs are in sbin, which is not in everybody's PATH; the sandbox's PATH has it.
bool there(std::string_view name) {
  if (name.starts_with('/')) return std::filesystem::exists(name);
  return find_program(name) || std::filesystem::exists(fmt::format("/usr/sbin/{}", name)) ||
         std::filesystem::exists(fmt::format("/sbin/{}", name));
}

// Whether actions can be kept to themselves. Says how, where that is not the usual way.
bool sandbox_works() {
  if (!step::try_sandbox(find_program("bwrap"))) return true;
  const auto problem = step::chroot_problem();
  if (!problem) {
    std::cout
        << "note: user namespaces are forbidden here, so actions run in a chroot, with the tool root's programs\n";
  } else {
    std::cout << fmt::format(
        "MISSING  user namespaces: bubblewrap cannot make a sandbox here, and {}; allow them, build as root (in a "
        "chroot), or build with --sandbox=off\n",
        *problem);
  }
  return !problem;
}

}  // namespace

int doctor(const Arguments& arguments) {
  bool all = false;
  std::string toolroot = "pinned";
  CLI::App app("Says which programs of the host are missing and which Debian packages bring them.", "kjx doctor");
  app.add_flag("--all", all, "list what is there as well");
  app.add_option("--toolroot", toolroot, "host: with all that actions run, too, which otherwise comes from the lock")
      ->check(CLI::IsMember({"host", "pinned"}))
      ->envname("KJX_TOOLROOT");
  parse(app, arguments);

  std::set<std::string_view> packages;
  for (const auto& [name, package, purpose, of_actions] : tools) {
    if (of_actions && toolroot == "pinned") continue;
    const bool found = there(name);
    if (!found) packages.insert(package);
    if (all || !found)
      std::cout << fmt::format("{:<8} {:<45} {:<17} {}\n", found ? "there" : "MISSING", name, package, purpose);
  }
  const bool sandbox = packages.contains("bubblewrap") || sandbox_works();
  if (packages.empty()) {
    std::cout << (sandbox ? "all is there\n" : "");
    return sandbox ? exit_ok : exit_failed;
  }
  std::cout << "\napt-get install";
  for (const auto& package : packages) std::cout << ' ' << package;
  std::cout << '\n';
  return exit_failed;
}

}  // namespace kjx::command
