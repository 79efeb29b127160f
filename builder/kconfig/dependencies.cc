#include "kconfig/dependencies.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "base/nearest.h"

namespace kjx::kconfig {
namespace {

constexpr std::size_t most_names = 6;
constexpr int most_links = 3;  // of a chain of unmet dependencies

bool is_on(std::string_view value) { return value == "y" || value == "m"; }

// A bool takes whatever its dependencies leave but n; only a tristate is held down to m.
Tristate wanted(const Definition& definition, std::string_view value) {
  return definition.type == "tristate" && value == "y" ? Tristate::y : Tristate::m;
}

std::vector<Expression> unmet_of(const Definition& definition, const Config& config, std::string_view value) {
  std::vector<Expression> all;
  for (const auto* conditions : {&definition.depends, &definition.visible}) {
    for (const Expression& condition : *conditions) {
      for (Expression& term : unmet(condition, config, wanted(definition, value))) {
        if (std::find(all.begin(), all.end(), term) == all.end()) all.push_back(std::move(term));
      }
    }
  }
  return all;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most_names; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most_names) text += fmt::format(" and {} more", names.size() - most_names);
  return text;
}

// The definition that needs least, and what it needs. Only one with a prompt can be set.
struct Nearest {
  const Definition* definition = nullptr;
  std::vector<Expression> unmet;
};
std::optional<Nearest> nearest_definition(const std::vector<Definition>& all, const Config& config,
                                          std::string_view value) {
  std::optional<Nearest> best;
  for (const Definition& one : all) {
    if (!one.prompt) continue;
    auto terms = unmet_of(one, config, value);
    if (!best || terms.size() < best->unmet.size()) best = Nearest{&one, std::move(terms)};
  }
  return best;
}

std::string dependency_lines(const Tree& tree, const Config& config, std::string_view symbol, std::string_view value,
                             int links) {
  const auto* definitions = tree.find(symbol);
  if (!definitions || links == 0) return {};
  const auto best = nearest_definition(*definitions, config, value);
  if (!best || best->unmet.empty()) return {};
  std::vector<std::string> terms;
  std::string further;
  for (const Expression& term : best->unmet) {
    terms.push_back(describe(term, config));
    if (term.op != Expression::Op::symbol) continue;
    const auto next = dependency_lines(tree, config, term.text, value, links - 1);
    if (!next.empty()) further += "\n" + next;
  }
  return fmt::format("{} ({}:{}) depends on {}", symbol, best->definition->file, best->definition->line,
                     fmt::join(terms, " and ")) +
         further;
}

// Who holds the symbol up.
std::vector<std::string> selectors(const Tree& tree, const Config& config, std::string_view symbol, bool only_active) {
  std::vector<std::string> names;
  const auto found = tree.selects.find(symbol);
  if (found == tree.selects.end()) return names;
  for (const Select& select : found->second) {
    const Expression by{Expression::Op::symbol, select.by, {}};
    const bool active = evaluate(by, config) != Tristate::n &&
                        std::all_of(select.condition.begin(), select.condition.end(),
                                    [&](const Expression& e) { return evaluate(e, config) != Tristate::n; });
    if (only_active && !active) continue;
    const std::string name = only_active ? describe(by, config) : select.by;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

// The member of the symbol's choice that was chosen instead.
std::string chosen_instead(const Tree& tree, const Config& config, const std::vector<Definition>& definitions,
                           std::string_view symbol) {
  for (const Definition& mine : definitions) {
    if (mine.choice == 0) continue;
    for (const auto& [name, others] : tree.symbols) {
      const auto value = config.find(name);
      if (name == symbol || value == config.end() || value->second != "y") continue;
      for (const Definition& other : others) {
        if (other.choice == mine.choice) return name;
      }
    }
  }
  return {};
}

std::string unknown_symbol(const Tree& tree, std::string_view symbol) {
  std::vector<std::string> names;
  for (const auto& [name, definitions] : tree.symbols) names.push_back(name);
  const auto near = nearest(symbol, names);
  return near ? fmt::format("there is no symbol {}; did you mean '{}'?", symbol, *near)
              : fmt::format("there is no symbol {}", symbol);
}

std::string held_up(const Tree& tree, const Config& config, const std::vector<Definition>& definitions,
                    std::string_view symbol) {
  const auto by = selectors(tree, config, symbol, true);
  if (!by.empty()) return fmt::format("{} is selected by {}", symbol, listed(by));
  const bool in_choice = std::any_of(definitions.begin(), definitions.end(), [](const auto& d) { return d.choice; });
  if (in_choice) return fmt::format("{} is the chosen one of its choice: ask for another one as =y", symbol);
  const bool settable = std::any_of(definitions.begin(), definitions.end(), [](const auto& d) { return d.prompt; });
  return settable ? "" : fmt::format("{} has no prompt: its default decides", symbol);
}

std::string type_of(const std::vector<Definition>& definitions) {
  for (const Definition& definition : definitions) {
    if (!definition.type.empty()) return definition.type;
  }
  return {};
}

std::string wrong_type(const std::string& type, std::string_view symbol, std::string_view value) {
  if (type == "bool" && value != "y") return fmt::format("{} is a bool: it takes y or n", symbol);
  if (type == "tristate" && !is_on(value)) return fmt::format("{} is a tristate: it takes y, m or n", symbol);
  const bool text = !value.empty() && value.front() == '"';
  if (type == "string" && !text) return fmt::format("{} is a string: its value stands in quotes", symbol);
  if ((type == "int" || type == "hex") && (text || is_on(value))) {
    return fmt::format("{} is {}: it takes a {} number", symbol, type == "int" ? "an int" : "a hex",
                       type == "int" ? "decimal" : "hexadecimal");
  }
  return {};
}

std::string without_prompt(const Tree& tree, const Config& config, std::string_view symbol) {
  const auto by = selectors(tree, config, symbol, false);
  if (by.empty()) return fmt::format("{} has no prompt: its default decides", symbol);
  return fmt::format("{} has no prompt: only what selects it switches it on: {}", symbol, listed(by));
}

}  // namespace

std::string explain(const Tree& tree, const Config& config, std::string_view symbol, std::string_view value) {
  const auto* definitions = tree.find(symbol);
  if (!definitions) return unknown_symbol(tree, symbol);
  if (value == "n") return held_up(tree, config, *definitions, symbol);
  if (auto text = wrong_type(type_of(*definitions), symbol, value); !text.empty()) return text;

  const auto best = nearest_definition(*definitions, config, value);
  if (!best) return without_prompt(tree, config, symbol);
  if (auto text = dependency_lines(tree, config, symbol, value, most_links); !text.empty()) return text;
  if (const auto other = chosen_instead(tree, config, *definitions, symbol); !other.empty()) {
    return fmt::format("{} and {} are of one choice, and {} was chosen", symbol, other, other);
  }
  if (value == "m") return held_up(tree, config, *definitions, symbol);
  return {};
}

}  // namespace kjx::kconfig
