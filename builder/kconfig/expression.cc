#include "kconfig/expression.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <utility>

namespace kjx::kconfig {
namespace {

using Op = Expression::Op;

struct Unreadable {};

bool word_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

bool is_number(std::string_view text) {
  if (text.substr(0, 2) == "0x") return text.size() > 2;
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// expr := and { "||" and };  and := term { "&&" term };  term := "!" term | "(" expr ")" | value [ compare value ]
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Expression whole() {
    Expression result = either();
    skip_space();
    if (at_ < text_.size() && text_[at_] != '#') throw Unreadable{};
    return result;
  }

 private:
  template <typename Next>
  Expression chain(std::string_view between, Op op, Next next) {
    Expression first = next();
    if (!eat(between)) return first;
    Expression all{op, "", {std::move(first)}};
    do {
      all.operands.push_back(next());
    } while (eat(between));
    return all;
  }

  Expression either() {
    return chain("||", Op::either, [this] { return chain("&&", Op::both, [this] { return term(); }); });
  }

  Expression term() {
    if (++depth_ > 100) throw Unreadable{};
    Expression result = unguarded_term();
    --depth_;
    return result;
  }

  Expression unguarded_term() {
    if (peek() == '!' && text_.substr(at_, 2) != "!=") {
      ++at_;
      return {Op::negate, "", {term()}};
    }
    if (eat("(")) {
      Expression inner = either();
      if (!eat(")")) throw Unreadable{};
      return inner;
    }
    Expression left = value();
    for (std::string_view op : {"!=", "<=", ">=", "=", "<", ">"}) {
      if (eat(op)) return {Op::compare, std::string(op), {std::move(left), value()}};
    }
    return left;
  }

  Expression value() {
    const char c = peek();
    if (c == '"' || c == '\'') return quoted(c);
    if (c == '$') return macro();
    const std::size_t start = at_;
    while (at_ < text_.size() && word_letter(text_[at_])) ++at_;
    if (at_ == start) throw Unreadable{};
    std::string word(text_.substr(start, at_ - start));
    const bool literal = word == "y" || word == "m" || word == "n" || is_number(word);
    return {literal ? Op::literal : Op::symbol, std::move(word), {}};
  }

  Expression quoted(char quote) {
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) throw Unreadable{};
    std::string inside(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    const bool open = inside.find("$(") != std::string::npos;
    return {open ? Op::unknown : Op::literal, std::move(inside), {}};
  }

  Expression macro() {
    const std::size_t start = at_;
    int open = 0;
    do {
      if (at_ >= text_.size()) throw Unreadable{};
      open += text_[at_] == '(' ? 1 : text_[at_] == ')' ? -1 : 0;
      ++at_;
    } while (open > 0 || at_ == start + 1);
    return {Op::unknown, std::string(text_.substr(start, at_ - start)), {}};
  }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool eat(std::string_view token) {
    skip_space();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

std::string unquoted(const std::string& value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') return value.substr(1, value.size() - 2);
  return value;
}

// Nothing for a symbol that .config does not have: it reads as n beside y, m and n, and as "" beside other text.
std::optional<std::string> text_of(const Expression& operand, const Config& config) {
  if (operand.op != Op::symbol) return operand.text;
  const auto found = config.find(operand.text);
  if (found == config.end()) return std::nullopt;
  return unquoted(found->second);
}

int order(const std::string& a, const std::string& b) {
  if (is_number(a) && is_number(b)) {
    const auto x = std::strtoll(a.c_str(), nullptr, 0);
    const auto y = std::strtoll(b.c_str(), nullptr, 0);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a.compare(b);
}

bool holds(const Expression& comparison, const Config& config) {
  auto left = text_of(comparison.operands[0], config);
  auto right = text_of(comparison.operands[1], config);
  const auto absent = [](const std::optional<std::string>& other) {
    return other && (*other == "y" || *other == "m" || *other == "n") ? "n" : "";
  };
  if (!left) left = absent(right);
  if (!right) right = absent(left);
  const int sign = order(*left, *right);
  const std::string& op = comparison.text;
  if (op == "=") return sign == 0;
  if (op == "!=") return sign != 0;
  if (op == "<") return sign < 0;
  if (op == ">") return sign > 0;
  return op == "<=" ? sign <= 0 : sign >= 0;
}

bool unknown(const Expression& e) { return e.op == Op::unknown; }

Tristate tristate(std::string_view value) {
  return value == "y" ? Tristate::y : value == "m" ? Tristate::m : Tristate::n;
}

std::string value_of(const std::string& symbol, const Config& config) {
  const auto found = config.find(symbol);
  return found == config.end() ? "n" : found->second;
}

std::string describe_operand(const Expression& e, const Config& config) {
  const bool compound = e.op == Op::both || e.op == Op::either;
  return compound ? "(" + describe(e, config) + ")" : describe(e, config);
}

}  // namespace

Expression parse_expression(std::string_view text) {
  try {
    return Parser(text).whole();
  } catch (const Unreadable&) {
    return {Op::unknown, std::string(text), {}};
  }
}

Tristate evaluate(const Expression& e, const Config& config) {
  const auto by_value = [&](const Expression& a, const Expression& b) {
    return evaluate(a, config) < evaluate(b, config);
  };
  switch (e.op) {
    case Op::symbol:
      return tristate(value_of(e.text, config));
    case Op::literal:
      return tristate(e.text);
    case Op::unknown:
      return Tristate::y;
    case Op::negate:
      if (unknown(e.operands[0])) return Tristate::y;
      return static_cast<Tristate>(2 - static_cast<int>(evaluate(e.operands[0], config)));
    case Op::both:
      return evaluate(*std::min_element(e.operands.begin(), e.operands.end(), by_value), config);
    case Op::either:
      return evaluate(*std::max_element(e.operands.begin(), e.operands.end(), by_value), config);
    case Op::compare:
      if (std::any_of(e.operands.begin(), e.operands.end(), unknown)) return Tristate::y;
      return holds(e, config) ? Tristate::y : Tristate::n;
  }
  return Tristate::n;
}

std::string describe(const Expression& e, const Config& config) {
  switch (e.op) {
    case Op::symbol:
      return e.text + " (=" + value_of(e.text, config) + ")";
    case Op::literal:
    case Op::unknown:
      return e.text.empty() ? "\"\"" : e.text;
    case Op::negate:
      return "!" + describe_operand(e.operands[0], config);
    case Op::compare:
      return describe(e.operands[0], config) + " " + e.text + " " + describe(e.operands[1], config);
    case Op::both:
    case Op::either:
      break;
  }
  std::string joined;
  for (const Expression& operand : e.operands) {
    if (!joined.empty()) joined += e.op == Op::both ? " && " : " || ";
    joined += describe_operand(operand, config);
  }
  return joined;
}

std::vector<Expression> unmet(const Expression& e, const Config& config, Tristate wanted) {
  if (e.op != Op::both) {
    if (evaluate(e, config) < wanted) return {e};
    return {};
  }
  std::vector<Expression> all;
  for (const Expression& operand : e.operands) {
    for (Expression& one : unmet(operand, config, wanted)) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace kjx::kconfig
