// The command table: one row a verb, one file each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kjx::command {

// Exit codes, also for scripts: 0 fine; 1 a build, check or boot failed; 2 the command line or the recipes are wrong.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_wrong = 2;

using Arguments = std::vector<std::string>;  // behind the verb

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(const Arguments& arguments);
  bool internal = false;  // not listed by `kjx help`
};

// Rows of commands.def, in its order.
[[nodiscard]] const std::vector<Command>& commands();

#define COMMAND(name, summary, internal) int name(const Arguments& arguments);
#include "command/commands.def"
#undef COMMAND

// Runs argv: finds the verb, shows errors, gives the exit code.
int main(const Arguments& argv);

}  // namespace kjx::command
