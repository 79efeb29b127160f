#include "command/verb_help.h"

#include <CLI/CLI.hpp>

namespace kjx::command {

namespace {

// No argument looks like this: an argument holds no NUL.
constexpr std::string_view asks("\0help", 5);

struct HandedOver {
  VerbHelp help;
};

// CLI11 writes them as "TEXT:{on,off}".
std::vector<std::string> choices_in(std::string_view type) {
  std::vector<std::string> choices;
  const auto open = type.find('{');
  if (open == std::string_view::npos) return choices;
  type = type.substr(open + 1, type.find('}') - open - 1);
  while (!type.empty()) {
    const auto word = type.substr(0, type.find(','));
    choices.emplace_back(word);
    type.remove_prefix(std::min(type.size(), word.size() + 1));
  }
  return choices;
}

OptionHelp option_of(const CLI::Option& option) {
  OptionHelp help;
  help.positional = option.get_positional();
  for (const auto& name : option.get_snames()) help.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) help.names.push_back("--" + name);
  if (help.positional) help.names = {option.get_name(true)};
  help.words = option.get_description();
  const auto type = option.get_type_name();
  if (option.get_items_expected_max() > 0) help.value = type.substr(0, type.find(':'));
  help.choices = choices_in(type);
  help.required = option.get_required();
  return help;
}

}  // namespace

void hand_over(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.size() != 1 || arguments.front() != asks) return;
  HandedOver handed;
  handed.help.text = app.get_description();
  for (const auto* option : app.get_options()) handed.help.options.push_back(option_of(*option));
  throw handed;
}

VerbHelp help_of(const Command& command) {
  try {
    (void)command.run({std::string(asks)});
  } catch (HandedOver& handed) {
    handed.help.name = command.name;
    handed.help.summary = command.summary;
    return std::move(handed.help);
  }
  throw std::logic_error(std::string(command.name) + " does not read its arguments by parse()");
}

std::vector<VerbHelp> help_of_all() {
  std::vector<VerbHelp> all;
  for (const auto& command : commands()) {
    if (!command.internal) all.push_back(help_of(command));
  }
  return all;
}

}  // namespace kjx::command
