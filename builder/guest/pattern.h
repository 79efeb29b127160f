// Regular expressions of the author's: POSIX extended, as of grep -E.
#pragma once

#include <optional>
#include <string>

namespace kjx::guest {

struct Pattern {
  // What is wrong with it; nothing when it is right.
  [[nodiscard]] static std::optional<std::string> error(const std::string& pattern);
  // Does it match anywhere in `text`? "^" and "$" also stand for the ends of lines. A wrong pattern matches nothing.
  [[nodiscard]] static bool found(const std::string& pattern, const std::string& text);
};

}  // namespace kjx::guest
