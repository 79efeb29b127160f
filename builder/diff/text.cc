#include "diff/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace kjx::diff {
namespace {

constexpr std::size_t most_text = 16 << 20;
constexpr std::size_t least_readable = 4;

bool printable(char letter) { return letter >= ' ' && letter <= '~'; }

}  // namespace

bool is_text(std::string_view bytes) {
  if (bytes.size() > most_text) return false;
  while (!bytes.empty()) {
    const auto point = first_code_point(bytes);
    const bool control = point.value < 0x20 && point.value != '\n' && point.value != '\t' && point.value != '\r';
    if (point.bytes == 0 || control) return false;
    bytes.remove_prefix(point.bytes);
  }
  return true;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view readable_around(std::string_view bytes, std::size_t at) {
  constexpr std::size_t reach = 200;
  std::size_t begin = std::min(at, bytes.size());
  std::size_t end = begin;
  while (begin > 0 && printable(bytes[begin - 1]) && at - begin < reach) --begin;
  while (end < bytes.size() && printable(bytes[end]) && end - at < reach) ++end;
  return end - begin < least_readable ? std::string_view() : bytes.substr(begin, end - begin);
}

std::string shown(std::string_view text, std::size_t most) {
  std::string line;
  for (const char letter : text.substr(0, most)) {
    const auto code = static_cast<unsigned char>(letter);
    line += code < 0x20 || code == 0x7f ? fmt::format("\\x{:02x}", code) : std::string(1, letter);
  }
  return text.size() > most ? line + "..." : line;
}

}  // namespace kjx::diff
