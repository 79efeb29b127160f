#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/nearest.h"
#include "command/by_hand.h"
#include "command/command.h"
#include "command/configuration.h"
#include "kconfig/why.h"
#include "step/by_hand.h"

namespace kjx::command {

namespace {

std::string without_prefix(const std::string& symbol) {
  return symbol.starts_with("CONFIG_") ? symbol.substr(7) : symbol;
}

Failure no_such_symbol(const kconfig::Tree& tree, const std::string& symbol, const std::string& of) {
  std::vector<std::string> names;
  for (const auto& [name, definitions] : tree.symbols) names.push_back(name);
  return Failure(Diagnostic{Kind::unknown_name,
                            {},
                            fmt::format("'{}' has no symbol {}", of, symbol),
                            did_you_mean(symbol, names, "is it another program's? `--of busybox` asks that one")});
}

}  // namespace

int config(const Arguments& arguments) {
  Shared shared;
  std::string question;
  std::string symbol;
  std::string of = "kernel";
  CLI::App app(
      "Says why a symbol of a configuration is what it is: its value, the fragment's line that asked for it, what it "
      "depends on and what of that is missing, what selects it. Builds nothing.\n\n"
      "  kjx config why SWAP\n"
      "  kjx config why FEATURE_EDITING --of busybox\n",
      "kjx config");
  add_shared(app, shared);
  app.add_option("question", question, "what to ask")->required()->check(CLI::IsMember({"why"}));
  app.add_option("symbol", symbol, "its name, with or without CONFIG_")->required();
  app.add_option("--of", of, "whose: `kernel`, `kernel-NAME`, or a package that is configured so (default: kernel)");
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  const auto place = place_to_configure(workspace, of);
  if (const int code = make_inputs(shared, workspace, place, {}); code != exit_ok) return code;
  step::Hands hands;
  hands.at_configuration = [&](step::HandWork&, const work::Configuration& configuration) {
    const auto tree = tree_of(configuration);
    const auto name = without_prefix(symbol);
    if (tree.find(name) == nullptr) throw no_such_symbol(tree, name, of);
    std::cout << kconfig::why(tree, config_of(configuration), asked_in(configuration), name);
  };
  step::by_hand(options_for(workspace, place.action), hands);
  return exit_ok;
}

}  // namespace kjx::command
