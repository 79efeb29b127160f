// A program with a terminal of its own, tied to the caller's.
//
// Why not the caller's own: whoever shares a terminal can push characters into it (TIOCSTI), which the caller's shell
// then reads as typed. So the program gets a new one, and what is typed and shown is passed between the two.
#pragma once

#include "base/process.h"

namespace kjx {

struct TerminalSize {
  int columns = 0;
  int rows = 0;
};

// Are standard input and output a terminal?
[[nodiscard]] bool at_terminal();
// Of the one at standard output; zeros when there is none.
[[nodiscard]] TerminalSize terminal_size();

// The file that describes terminals of this kind ($TERM) on this machine (terminfo); empty when there is none.
[[nodiscard]] std::filesystem::path terminal_description(const std::string& kind);

// Runs the command to its end in such a terminal, whose size follows the caller's. The caller's is raw meanwhile, so
// that Ctrl-C and the like reach the program, and as it was afterwards. Of the command, `on_output` and `input` do not
// count. In a process with one thread. Throws IoError.
Exit run_at_terminal(const Command& command);

}  // namespace kjx
