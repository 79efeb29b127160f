// Contents as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kjx::diff {

// UTF-8 without control characters but tabs and line ends, and not too long to be read by somebody.
[[nodiscard]] bool is_text(std::string_view bytes);

// Without their newlines; a last line need not have one.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// What can be read around a byte: the longest run of printable ASCII that holds it, or that ends just before. Empty
// when that is shorter than four letters.
[[nodiscard]] std::string_view readable_around(std::string_view bytes, std::size_t at);

// On one line, other bytes as \xHH, no longer than `most` letters.
[[nodiscard]] std::string shown(std::string_view text, std::size_t most = 100);

}  // namespace kjx::diff
