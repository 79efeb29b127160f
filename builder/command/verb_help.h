// What a verb takes, for completions and reference pages: read from the same parser that takes it.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "command/command.h"

namespace kjx::command {

struct OptionHelp {
  std::vector<std::string> names;  // {"-j", "--jobs"}; of what is given by its place: {"targets"}
  std::string words;
  std::string value;                 // "TEXT", "INT"; "" when it takes none
  std::vector<std::string> choices;  // where it takes one of a few words
  bool positional = false;
  bool required = false;
};

struct VerbHelp {
  std::string_view name;
  std::string_view summary;
  std::string text;
  std::vector<OptionHelp> options;
};

// Of a command that is no internal one.
[[nodiscard]] VerbHelp help_of(const Command& command);
// Those of all, in the order of the command table.
[[nodiscard]] std::vector<VerbHelp> help_of_all();

// For parse(): with these arguments a verb's parser is asked for, not run. Throws it to help_of().
void hand_over(const CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace kjx::command
