#include "kconfig/config_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace kjx::kconfig {
namespace {

struct Wish {
  std::string symbol;
  std::string value;
};

bool is_symbol(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// y, m, n, a decimal number, 0x..., or "...". The kconfig programs take nothing else.
bool is_value(std::string_view text) {
  if (text == "y" || text == "m" || text == "n") return true;
  if (text.size() >= 2 && text.front() == '"') return text.back() == '"';
  const bool hex = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X";
  if (hex)
    text.remove_prefix(2);
  else if (!text.empty() && text.front() == '-')
    text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [hex](unsigned char c) {
    return hex ? std::isxdigit(c) != 0 : std::isdigit(c) != 0;
  });
}

// The one form of a line, whether in a fragment or a .config.
std::optional<Wish> parse_line(std::string_view line) {
  constexpr std::string_view off = "# CONFIG_";
  constexpr std::string_view not_set = " is not set";
  if (line.starts_with(off) && line.ends_with(not_set) && line.size() > off.size() + not_set.size()) {
    const auto symbol = line.substr(off.size(), line.size() - off.size() - not_set.size());
    if (is_symbol(symbol)) return Wish{std::string(symbol), "n"};
  }
  const std::size_t equals = line.find('=');
  if (!line.starts_with("CONFIG_") || equals == std::string_view::npos) return std::nullopt;
  const auto symbol = line.substr(7, equals - 7);
  const auto value = line.substr(equals + 1);
  if (!is_symbol(symbol) || !is_value(value)) return std::nullopt;
  return Wish{std::string(symbol), std::string(value)};
}

// A comment that its author may well have meant as a wish.
bool nearly_a_wish(std::string_view comment) {
  const std::size_t at = comment.find_first_not_of("# \t");
  if (at == std::string_view::npos || !comment.substr(at).starts_with("CONFIG_")) return false;
  const auto rest = comment.substr(at);
  const std::size_t end = rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
  if (end == std::string_view::npos) return false;
  return rest[end] == '=' || rest.find("not set") != std::string_view::npos;
}

Location whole_line(const std::shared_ptr<const SourceText>& file, int number, std::string_view line) {
  return {file, number, 1, std::max(1, static_cast<int>(line.size()))};
}

template <typename Use>
void each_line(std::string_view text, Use use) {
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t last = line.find_last_not_of(" \t\r");
    use(number, line.substr(0, last == std::string_view::npos ? 0 : last + 1));
  }
}

std::string line_of(std::string_view symbol, std::string_view value) {
  if (value == "n") return fmt::format("# CONFIG_{} is not set", symbol);
  return fmt::format("CONFIG_{}={}", symbol, value);
}

Diagnostic not_kept(const Asked& one, const Config& config, const Tree* tree) {
  const auto found = config.find(one.symbol);
  const std::string is = found == config.end() ? "absent" : found->second == "n" ? "not set" : found->second;
  Diagnostic error{Kind::config_not_kept, one.where};
  if (one.value != "n") {
    error.message = fmt::format("CONFIG_{}={} did not stick (is: {})", one.symbol, one.value, is);
  } else if (found == config.end()) {
    error.message = fmt::format("there is no CONFIG_{} that could be off", one.symbol);
  } else {
    error.message = fmt::format("CONFIG_{} did not stay off (is: {})", one.symbol, is);
  }
  if (tree) error.help = explain(*tree, config, one.symbol, one.value);
  return error;
}

}  // namespace

std::vector<Asked> parse_fragment(const std::shared_ptr<const SourceText>& file, Diagnostics& diagnostics) {
  std::vector<Asked> asked;
  each_line(file->text, [&](int number, std::string_view line) {
    const Location where = whole_line(file, number, line);
    if (auto wish = parse_line(line)) {
      asked.push_back({std::move(wish->symbol), std::move(wish->value), where});
    } else if (!line.empty() && (line.front() != '#' || nearly_a_wish(line))) {
      diagnostics.add({Kind::bad_value, where, "a line that kconfig would not read",
                       "write CONFIG_NAME=value or # CONFIG_NAME is not set, with exactly these spaces; other "
                       "lines are empty or start with #"});
    }
  });
  return asked;
}

std::vector<Asked> merge(const std::vector<std::vector<Asked>>& fragments) {
  std::map<std::string, const Asked*> last;
  for (const auto& fragment : fragments) {
    for (const Asked& one : fragment) last[one.symbol] = &one;
  }
  std::vector<Asked> merged;
  for (const auto& fragment : fragments) {
    for (const Asked& one : fragment) {
      if (last[one.symbol] == &one) merged.push_back(one);
    }
  }
  return merged;
}

std::string config_lines(const std::vector<Asked>& asked) {
  std::string lines;
  for (const Asked& one : asked) lines += line_of(one.symbol, one.value) + "\n";
  return lines;
}

Config parse_config(std::string_view text) {
  Config config;
  each_line(text, [&](int, std::string_view line) {
    if (auto wish = parse_line(line)) config[wish->symbol] = wish->value;
  });
  return config;
}

void check_kept(const std::vector<Asked>& asked, const Config& config, const Tree* tree, Diagnostics& diagnostics) {
  for (const Asked& one : asked) {
    const auto found = config.find(one.symbol);
    const std::string_view is = found == config.end() ? std::string_view("n") : std::string_view(found->second);
    const bool unheard_of = tree && !tree->find(one.symbol);
    if (is != one.value || unheard_of) diagnostics.add(not_kept(one, config, tree));
  }
}

}  // namespace kjx::kconfig
