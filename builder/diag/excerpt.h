// A source line as a terminal can show it, and where in it the caret goes.
#pragma once

#include <string>
#include <string_view>

namespace kjx {

// `text` with everything that would move a terminal's cursor made visible: control characters and bytes that are not
// UTF-8 as "\x1b", invisible direction marks as "<U+202E>". Tabs and newlines too.
[[nodiscard]] std::string visible(std::string_view text);

struct Excerpt {
  std::string line;
  std::string marks;  // "   ^~~~", as wide as it needs to be
};

// Column (1-based) and length count bytes of `line`. What is far from the caret in a long line is cut off.
[[nodiscard]] Excerpt excerpt(std::string_view line, int column, int length);

}  // namespace kjx
