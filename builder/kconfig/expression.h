// Dependency expressions of the Kconfig language (Linux Documentation/kbuild/kconfig-language.rst, "Menu
// dependencies"): three-valued logic over symbols, where n = 0, m = 1, y = 2, && is min, || is max, ! is 2 - x.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::kconfig {

// Symbol (without "CONFIG_") -> value as .config writes it; n for "is not set". Absent symbols count as n.
using Config = std::map<std::string, std::string, std::less<>>;

enum class Tristate { n = 0, m = 1, y = 2 };

struct Expression {
  enum class Op { symbol, literal, unknown, negate, both, either, compare };
  Op op = Op::symbol;
  std::string text;  // symbol's name; literal's text without quotes; comparison operator; unknown's text
  std::vector<Expression> operands;  // both and either: two or more

  bool operator==(const Expression&) const = default;
};

// Text that cannot be read, and macros such as $(cc-option,-mfoo) whose value only the compiler knows, become
// Op::unknown: they count as met, so that they never hide the dependency that is to be found.
[[nodiscard]] Expression parse_expression(std::string_view text);

[[nodiscard]] Tristate evaluate(const Expression& expression, const Config& config);

// As Kconfig writes it, each symbol with its value: "A (=n) || B (=m)", "!C (=y)".
[[nodiscard]] std::string describe(const Expression& expression, const Config& config);

// The terms of the outermost && whose value is below `wanted`.
[[nodiscard]] std::vector<Expression> unmet(const Expression& expression, const Config& config, Tristate wanted);

}  // namespace kjx::kconfig
