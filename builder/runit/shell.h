// What a small POSIX shell script runs, found by reading it: enough to say before booting that a program is missing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kjx::runit {

struct Mention {
  std::string program;  // "/bin/sh", "modprobe"
  int line = 0;         // 1-based
};

// The interpreter of the "#!" line and the command words of a script: the first word of each simple command (also
// behind `exec`, `if`, `!`, `&&`, `|`, `$(` ...) that is neither a builtin, a function of the script, a keyword nor
// computed. Words of here-documents and quoted text are not commands. Each program once, at its first line.
[[nodiscard]] std::vector<Mention> programs_of(std::string_view script);

}  // namespace kjx::runit
