// UTF-8 (RFC 3629), one code point at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kjx {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // how many it takes; 0: what is there is not UTF-8
};

// The code point `text` (not empty) starts with. Overlong forms and surrogates are not UTF-8.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

}  // namespace kjx
