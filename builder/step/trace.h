// Which paths a program looked for in vain: ptrace(2) over it and all it starts.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace kjx::step {

// The lines of a trace that tell something: absolute paths outside of the action's own folders that are there on the
// host, each once, the last one looked for first. What the C library and compilers look for by themselves is left out.
[[nodiscard]] std::vector<std::string> undeclared_paths(const std::filesystem::path& trace);

// In the program to be, before its exec: it stops until follow() takes it.
void ask_to_be_followed();

// In its parent: lets `program` run to its end and appends to `trace` every absolute path that a system call found
// absent, a line each, in processes at or behind their `execs`-th exec (those before only lead to the program). Gives
// the status of waitpid(2).
int follow(pid_t program, int execs, const std::filesystem::path& trace);

}  // namespace kjx::step
