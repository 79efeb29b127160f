#include "ninja/writer.h"

namespace kjx::ninja {

namespace {

std::string with_dollar_before(std::string_view text, std::string_view special) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '$';
    escaped += c;
  }
  return escaped;
}

}  // namespace

// A newline in a name is refused before: graph::check lets only harmless names through, and folders with newlines are
// refused by the command.
std::string escape_path(std::string_view path) { return with_dollar_before(path, "$ :"); }
std::string escape_value(std::string_view value) { return with_dollar_before(value, "$"); }

}  // namespace kjx::ninja
