#pragma once

namespace kjx::command {

// May messages on stderr be coloured? A terminal, no $NO_COLOR, no dumb $TERM. $KJX_COLOR=1 says so for a child whose
// output is passed on to a terminal.
[[nodiscard]] bool colored();

}  // namespace kjx::command
