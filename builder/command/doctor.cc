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

bool sandbox_works() {
  if (!find_program("bwrap")) return false;
  kjx::Command command;
  command.argv = {"bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"};
  return capture(command).exit.ok();
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
  if (!sandbox)
    std::cout
        << "MISSING  user namespaces: bubblewrap cannot make a sandbox here; build with --sandbox=off, or allow them\n";
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
