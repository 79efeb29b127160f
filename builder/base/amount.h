// Amounts as people write and read them: "64M", with K, M, G, T for powers of 1024.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kjx {

// Nothing for what is no amount, for 0 and for what 64 bits do not hold.
[[nodiscard]] std::optional<std::uint64_t> parse_amount(std::string_view text);

// "64M": the largest unit that says it exactly.
[[nodiscard]] std::string amount_text(std::uint64_t amount);

// "17 bytes", "1.5 MiB": for a person, who does not want it exactly.
[[nodiscard]] std::string shown_bytes(std::uint64_t bytes);

}  // namespace kjx
