// Terminals count cells, the parser counts bytes. A line is therefore taken apart into cells (one code point, or one
// character of an escape), and the caret is placed by cells. Wide (East Asian) characters are counted as one cell.
#include "diag/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/utf8.h"

namespace kjx {

namespace {

constexpr std::size_t widest = 100;  // cells of a line that are shown
constexpr std::size_t tab_stop = 8;

// Zero-width and direction marks, line separators, the byte order mark.
bool is_invisible(std::uint32_t value) {
  return (value >= 0x200b && value <= 0x200f) || (value >= 0x2028 && value <= 0x202e) ||
         (value >= 0x2060 && value <= 0x206f) || value == 0xfeff;
}

struct Piece {
  std::string text;  // as shown; empty: as it stands
  std::size_t bytes;
};

Piece next_piece(std::string_view text) {
  const CodePoint point = first_code_point(text);
  if (point.bytes == 0) return {fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0])), 1};
  if (point.value == '\n') return {"\\n", 1};
  if (point.value == '\t') return {"\\t", 1};
  const bool control = point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0);
  if (control) return {fmt::format("\\x{:02x}", point.value), point.bytes};
  if (is_invisible(point.value)) return {fmt::format("<U+{:04X}>", point.value), point.bytes};
  return {"", point.bytes};
}

struct Cells {
  std::vector<std::string> shown;
  std::size_t caret = 0;
  std::size_t end = 0;  // of what is underlined
};

Cells cells_of(std::string_view line, std::size_t caret, std::size_t end) {
  Cells cells;
  for (std::size_t at = 0; at <= line.size();) {
    if (at <= caret) cells.caret = cells.shown.size();
    if (at == line.size()) break;
    const Piece piece = next_piece(line.substr(at));
    if (line[at] == '\t') {
      cells.shown.resize((cells.shown.size() / tab_stop + 1) * tab_stop, " ");
    } else if (piece.text.empty()) {
      cells.shown.emplace_back(line.substr(at, piece.bytes));
    } else {
      for (const char c : piece.text) cells.shown.emplace_back(1, c);
    }
    if (at < end) cells.end = cells.shown.size();
    at += piece.bytes;
  }
  cells.end = std::max(cells.end, cells.caret + 1);
  return cells;
}

bool is_continuation(char c) { return (static_cast<std::uint8_t>(c) & 0xc0) == 0x80; }

// A bound on the work before taking apart a line that may be megabytes long.
std::string_view neighbourhood(std::string_view line, std::size_t& caret) {
  constexpr std::size_t reach = 4 * widest;
  std::size_t begin = caret > reach ? caret - reach : 0;
  while (begin > 0 && begin < caret && is_continuation(line[begin])) ++begin;
  std::size_t end = std::min(line.size(), caret + reach);
  while (end < line.size() && is_continuation(line[end])) ++end;
  caret -= begin;
  return line.substr(begin, end - begin);
}

}  // namespace

std::string visible(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const Piece piece = next_piece(text);
    shown += piece.text.empty() ? text.substr(0, piece.bytes) : std::string_view(piece.text);
    text.remove_prefix(piece.bytes);
  }
  return shown;
}

Excerpt excerpt(std::string_view line, int column, int length) {
  const std::size_t whole = line.size();
  std::size_t caret = std::min(static_cast<std::size_t>(std::max(column, 1) - 1), whole);
  line = neighbourhood(line, caret);
  const bool cut_bytes = line.size() < whole;
  const Cells cells = cells_of(line, caret, caret + static_cast<std::size_t>(std::max(length, 1)));

  std::size_t begin = 0;
  std::size_t end = cells.shown.size();
  if (end > widest || cut_bytes) {
    begin = cells.caret > widest / 2 ? cells.caret - widest / 2 : 0;
    end = std::min(end, begin + widest);
  }
  Excerpt result;
  const bool cut_front = begin > 0;
  if (cut_front) result.line = "...";
  for (std::size_t i = begin; i < end; ++i) result.line += cells.shown[i];
  if (end < cells.shown.size()) result.line += "...";
  result.marks.assign(cells.caret - begin + (cut_front ? 3 : 0), ' ');
  result.marks += '^';
  const std::size_t underlined = std::min(cells.end, std::max(end, cells.caret + 1));
  result.marks.append(underlined - cells.caret - 1, '~');
  return result;
}

}  // namespace kjx
