#include "kconfig/edit.h"

#include <algorithm>
#include <map>
#include <set>

namespace kjx::kconfig {
namespace {

constexpr std::string_view part_begin = "# --- by `kjx menuconfig` ---";

std::string_view value_in(const Config& config, const std::string& symbol) {
  const auto found = config.find(symbol);
  return found == config.end() ? std::string_view("n") : std::string_view(found->second);
}

const Definition* settable(const Tree& tree, std::string_view symbol) {
  const auto* definitions = tree.find(symbol);
  if (definitions == nullptr) return nullptr;
  const auto found = std::ranges::find_if(*definitions, &Definition::prompt);
  return found == definitions->end() ? nullptr : &*found;
}

// A symbol that is gone from .config cannot be asked for: whatever it depends on was switched off.
std::map<std::string, std::string> differing(const Tree& tree, const Config& wanted, const Config& got) {
  std::map<std::string, std::string> all;
  for (const auto& [symbol, value] : wanted) {
    if (value_in(got, symbol) != value && settable(tree, symbol) != nullptr) all.emplace(symbol, value);
  }
  return all;
}

using Symbols = std::set<std::string, std::less<>>;

void add_symbols(const Expression& expression, Symbols& symbols) {
  if (expression.op == Expression::Op::symbol) symbols.insert(expression.text);
  for (const Expression& operand : expression.operands) add_symbols(operand, symbols);
}

// Whoever has a say in the symbol's value.
Symbols deciding(const Tree& tree, const std::string& symbol) {
  Symbols symbols;
  for (const Definition& definition : *tree.find(symbol)) {
    for (const auto* conditions : {&definition.depends, &definition.visible}) {
      for (const Expression& condition : *conditions) add_symbols(condition, symbols);
    }
  }
  if (const auto found = tree.selects.find(symbol); found != tree.selects.end()) {
    for (const Select& select : found->second) symbols.insert(select.by);
  }
  symbols.erase(symbol);
  return symbols;
}

// Another one of its choice was chosen: that says it.
bool lost_a_choice(const Tree& tree, const std::string& symbol, const std::map<std::string, std::string>& all) {
  const int choice = settable(tree, symbol)->choice;
  if (choice == 0 || all.at(symbol) != "n") return false;
  return std::ranges::any_of(all, [&](const auto& other) {
    return other.first != symbol && other.second == "y" && settable(tree, other.first)->choice == choice;
  });
}

bool follows(const Tree& tree, const std::string& symbol, const std::map<std::string, std::string>& all) {
  return std::ranges::any_of(deciding(tree, symbol), [&](const auto& other) { return all.contains(other); });
}

std::string_view symbol_of(std::string_view line) {
  constexpr std::string_view off = "# CONFIG_";
  constexpr std::string_view on = "CONFIG_";
  if (line.starts_with(off) && line.ends_with(" is not set")) {
    line.remove_prefix(off.size());
    return line.substr(0, line.find(' '));
  }
  if (!line.starts_with(on)) return {};
  line.remove_prefix(on.size());
  return line.substr(0, line.find('='));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string words_for(const Tree& tree, const std::string& symbol) {
  const Definition* definition = settable(tree, symbol);
  return definition == nullptr || definition->title.empty() ? "" : "# " + definition->title;
}

// The part that is ours: symbol -> its line.
std::map<std::string, std::string> part_of(const std::vector<std::string>& lines, std::size_t begin) {
  std::map<std::string, std::string> part;
  for (std::size_t i = begin; i < lines.size(); ++i) {
    if (const auto symbol = symbol_of(lines[i]); !symbol.empty()) part[std::string(symbol)] = lines[i];
  }
  return part;
}

}  // namespace

std::vector<Setting> next_wishes(const Tree& tree, const Config& wanted, const Config& got) {
  auto all = differing(tree, wanted, got);
  std::erase_if(all, [&, whole = all](const auto& each) { return lost_a_choice(tree, each.first, whole); });
  std::vector<Setting> wishes;
  for (const auto& [symbol, value] : all) {
    if (!follows(tree, symbol, all)) wishes.push_back({symbol, value});
  }
  if (!wishes.empty()) return wishes;
  // They decide each other in a ring.
  for (const auto& [symbol, value] : all) wishes.push_back({symbol, value});
  return wishes;
}

std::vector<Setting> taken_back(const std::vector<Asked>& asked, const Config& wanted,
                                const std::vector<Setting>& known) {
  std::map<std::string, std::string> all;
  for (const Asked& one : asked) {
    const auto value = value_in(wanted, one.symbol);
    if (value != one.value) all.emplace(one.symbol, value);
  }
  for (const Setting& wish : known) all.erase(wish.symbol);
  std::vector<Setting> wishes;
  for (const auto& [symbol, value] : all) wishes.push_back({symbol, value});
  return wishes;
}

std::string line_of(const Setting& wish) {
  return wish.value == "n" ? "# CONFIG_" + wish.symbol + " is not set" : "CONFIG_" + wish.symbol + "=" + wish.value;
}

std::string with_wishes(std::string_view fragment, const Tree& tree, const std::vector<Setting>& wishes) {
  std::map<std::string, std::string> left;
  for (const Setting& wish : wishes) left[wish.symbol] = line_of(wish);
  auto lines = lines_of(fragment);
  const auto begin = static_cast<std::size_t>(std::ranges::find(lines, part_begin) - lines.begin());
  auto part = part_of(lines, begin);
  lines.resize(std::min(begin, lines.size()));
  while (!lines.empty() && lines.back().empty()) lines.pop_back();

  std::string text;
  for (const std::string& line : lines) {
    const auto found = left.find(std::string(symbol_of(line)));
    text += (found == left.end() ? line : found->second) + "\n";
  }
  for (const std::string& line : lines) left.erase(std::string(symbol_of(line)));
  for (auto& [symbol, line] : left) part[symbol] = line;
  if (part.empty()) return text;
  text += (text.empty() ? "" : "\n") + std::string(part_begin) + "\n";
  for (const auto& [symbol, line] : part) {
    const auto words = words_for(tree, symbol);
    for (const std::string_view each : {std::string_view(words), std::string_view(line)}) {
      if (!each.empty()) text.append(each).append("\n");
    }
  }
  return text;
}

}  // namespace kjx::kconfig
