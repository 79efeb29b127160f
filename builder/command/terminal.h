#pragma once

#include <CLI/App.hpp>

#include "diag/render.h"

namespace kjx::command {

// May messages on stderr be coloured? A terminal, no $NO_COLOR, no dumb $TERM. $KJX_COLOR=1 says so for a child whose
// output is passed on to a terminal.
[[nodiscard]] bool colored();

// How messages are written: --format, or $KJX_FORMAT, by which it reaches the programs that a command starts.
[[nodiscard]] RenderStyle render_style();
void add_format(CLI::App& app);

}  // namespace kjx::command
