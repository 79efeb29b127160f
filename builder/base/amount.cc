#include "base/amount.h"

#include <fmt/format.h>

#include <charconv>

namespace kjx {

namespace {

constexpr std::string_view units = "KMGT";

}  // namespace

std::optional<std::uint64_t> parse_amount(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || number == 0 || rest.size() > 1) return std::nullopt;
  if (rest.empty()) return number;
  const auto unit = units.find(rest.front());
  if (unit == std::string_view::npos) return std::nullopt;
  const auto bits = 10 * (unit + 1);
  return number << bits >> bits == number ? std::optional(number << bits) : std::nullopt;
}

std::string amount_text(std::uint64_t amount) {
  std::string unit;
  for (const char each : units) {
    if (amount == 0 || amount % 1024 != 0) break;
    amount /= 1024;
    unit = each;
  }
  return std::to_string(amount) + unit;
}

std::string shown_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // What would be shown as 1024.0 is 1.0 of the next one.
  for (; value >= 1023.95 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}iB", value, units[unit]);
}

}  // namespace kjx
