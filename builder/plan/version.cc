#include "plan/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace kjx::plan {

namespace {

using Parts = std::array<int, 3>;

std::optional<Parts> parse(std::string_view text) {
  Parts parts{};
  const auto* at = text.data();
  const auto* const end = at + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, parts.at(i));
    if (error != std::errc() || parts.at(i) < 0) return {};
    if (next == end) return parts;
    if (*next != '.') return {};
    at = next + 1;
  }
  return {};
}

}  // namespace

bool at_least(std::string_view have, std::string_view wanted) {
  const auto a = parse(have);
  const auto b = parse(wanted);
  return a && b && *a >= *b;
}

void check_version(const recipe::Recipe& distro, std::string_view version, Diagnostics& diagnostics) {
  const auto asked = distro.record.text("kjx");
  if (asked->empty()) return;
  const std::string_view text = *asked;
  if (!text.starts_with(">=") || !parse(text.substr(2))) {
    diagnostics.add(
        {Kind::bad_value, asked.where, fmt::format("'kjx' must be a version such as \">=0.1\", not \"{}\"", text)});
  } else if (!at_least(version, text.substr(2))) {
    diagnostics.add({Kind::wrong_kjx, asked.where,
                     fmt::format("this distro asks for kjx {}, and this is {}", text, version), "install a newer kjx"});
  }
}

}  // namespace kjx::plan
