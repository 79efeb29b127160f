#include "kconfig/why.h"

#include <fmt/format.h>

#include <algorithm>

namespace kjx::kconfig {
namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t margin = 15;  // of what stands behind the labels

std::string shown_value(const Config& config, std::string_view symbol) {
  const auto found = config.find(symbol);
  if (found == config.end()) return "absent";
  return found->second == "n" ? "not set" : found->second;
}

// The words in lines of at most 80 columns: the first begins with `first`, the others with `margin` spaces.
std::string filled(std::string first, std::size_t left_margin, std::string_view words) {
  std::string text;
  std::string line = std::move(first);
  for (bool empty = true; !words.empty(); empty = false) {
    const auto word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    if (!empty && line.size() + 1 + word.size() > columns) {
      text += line + "\n";
      line = std::string(left_margin, ' ');
      empty = true;
    }
    line += (empty ? "" : " ") + std::string(word);
  }
  return text + line + "\n";
}

// A label, and behind it words in lines of their own margin.
class Page {
 public:
  void heading(const std::string& line) { text_ += line + "\n"; }

  void row(std::string_view label, const std::string& words) {
    text_ += filled(fmt::format("  {:<{}}", label, margin - 2), margin, words);
  }

  // The label stands before the first of them only.
  void rows(std::string_view label, const std::vector<std::string>& all) {
    for (const std::string& words : all) {
      row(label, words);
      label = "";
    }
  }

  // Lines of their own, apart from the rows.
  void end(std::string_view lines) {
    if (!lines.empty()) text_ += "\n";
    while (!lines.empty()) {
      const auto line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(std::min(lines.size(), line.size() + 1));
      text_ += filled("", 2, line);
    }
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_terms(const Expression& expression, std::vector<Expression>& terms) {
  if (expression.op == Expression::Op::both) {
    for (const Expression& operand : expression.operands) add_terms(operand, terms);
  } else if (std::ranges::find(terms, expression) == terms.end()) {
    terms.push_back(expression);
  }
}

std::vector<Expression> terms_of(const std::vector<Expression>& conditions) {
  std::vector<Expression> terms;
  for (const Expression& condition : conditions) add_terms(condition, terms);
  return terms;
}

std::string term_text(const Expression& term, const Config& config) {
  return describe(term, config) + (evaluate(term, config) == Tristate::n ? "  <- missing" : "");
}

std::vector<std::string> term_texts(const std::vector<Expression>& conditions, const Config& config) {
  std::vector<std::string> texts;
  for (const Expression& term : terms_of(conditions)) texts.push_back(term_text(term, config));
  return texts;
}

std::vector<std::string> asked_texts(const std::vector<Asked>& asked, std::string_view symbol) {
  std::vector<const Asked*> mine;
  for (const Asked& one : asked) {
    if (one.symbol == symbol) mine.push_back(&one);
  }
  std::vector<std::string> texts;
  for (auto one = mine.rbegin(); one != mine.rend(); ++one) {
    texts.push_back(fmt::format("{} by {}:{}{}", (*one)->value, (*one)->where.file->name, (*one)->where.line,
                                one == mine.rbegin() ? "" : ", which the one above overrides"));
  }
  if (texts.empty()) texts.emplace_back("by no fragment: its defaults and what selects it decide");
  return texts;
}

std::vector<std::string> select_texts(const Tree& tree, const Config& config, std::string_view symbol, bool active) {
  std::vector<std::string> texts;
  const auto found = tree.selects.find(symbol);
  if (found == tree.selects.end()) return texts;
  for (const Select& select : found->second) {
    const Expression by{Expression::Op::symbol, select.by, {}};
    bool on = evaluate(by, config) != Tristate::n;
    std::string text = describe(by, config);
    for (const Expression& condition : select.condition) {
      on = on && evaluate(condition, config) != Tristate::n;
      text += " if " + describe(condition, config);
    }
    if (on == active && std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

std::string joined(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 12;
  std::string all;
  for (std::size_t i = 0; i < std::min(most, texts.size()); ++i) all += (i == 0 ? "" : ", ") + texts[i];
  return texts.size() > most ? all + fmt::format(" and {} more", texts.size() - most) : all;
}

bool is_missing_something(const Definition& definition, const Config& config) {
  const auto unmet_in = [&](const std::vector<Expression>& conditions) {
    return std::ranges::any_of(terms_of(conditions),
                               [&](const Expression& term) { return evaluate(term, config) == Tristate::n; });
  };
  return unmet_in(definition.depends) || unmet_in(definition.visible);
}

void add_definition(Page& page, const Definition& definition, const Config& config) {
  page.row("defined in", fmt::format("{}:{}", definition.file, definition.line));
  if (definition.prompt) {
    page.row("prompt", fmt::format("\"{}\"", definition.title));
  } else {
    page.row("prompt", "none: nobody can ask for it");
  }
  page.rows("depends on", term_texts(definition.depends, config));
  page.rows("shown if", term_texts(definition.visible, config));
}

std::string advice(const Tree& tree, const Config& config, std::string_view symbol) {
  const auto value = shown_value(config, symbol);
  if (value != "absent" && value != "not set") return "";
  const auto& definitions = *tree.find(symbol);
  const bool can = std::ranges::any_of(
      definitions, [&](const Definition& each) { return each.prompt && !is_missing_something(each, config); });
  if (can) return fmt::format("Nothing is missing: CONFIG_{}=y in a fragment sets it.", symbol);
  return explain(tree, config, symbol, "y");
}

}  // namespace

std::string why(const Tree& tree, const Config& config, const std::vector<Asked>& asked, std::string_view symbol) {
  const auto& definitions = *tree.find(symbol);
  const auto typed = std::ranges::find_if(definitions, [](const auto& each) { return !each.type.empty(); });
  Page page;
  page.heading(fmt::format("CONFIG_{} is {}{}", symbol, shown_value(config, symbol),
                           typed == definitions.end() ? "" : fmt::format(" ({})", typed->type)));
  page.rows("asked for", asked_texts(asked, symbol));
  for (const Definition& definition : definitions) add_definition(page, definition, config);
  if (const auto by = select_texts(tree, config, symbol, true); !by.empty()) page.row("selected by", joined(by));
  if (const auto by = select_texts(tree, config, symbol, false); !by.empty())
    page.row("selectable", "by " + joined(by));
  page.end(advice(tree, config, symbol));
  return page.take();
}

}  // namespace kjx::kconfig
