// yaml-cpp guesses an encoding, takes NUL for the end of the file, and lets a tab in front of a line pass as white
// space, which glues "\t- item" to the text of the line above. All of that ends here.
//
// Accepted: UTF-8 with or without a byte order mark, lines that end in LF or CRLF.
#include "yaml/text_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace kjx::yaml {

namespace {

struct Place {
  int line = 1;
  int column = 1;
};

Place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  return {static_cast<int>(lines) + 1, static_cast<int>(offset - start) + 1};
}

// YAML 1.2 section 5.1: printable characters only.
bool is_control(std::uint32_t value) {
  if (value == '\t' || value == '\n') return false;
  return value < 0x20 || (value >= 0x7f && value < 0xa0 && value != 0x85);
}

struct Flaw {
  std::size_t offset;
  std::string message;
  std::string help;
};

std::optional<Flaw> wrong_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte < 0x7f) {  // nearly all of them
      ++at;
      continue;
    }
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {
      at += 2;
      continue;
    }
    const CodePoint point = first_code_point(text.substr(at));
    if (point.bytes == 0) return Flaw{at, "the file is not UTF-8 text", "save it as UTF-8"};
    if (point.value == '\r') return Flaw{at, "a carriage return without a newline", "end lines with a newline"};
    if (is_control(point.value)) {
      return Flaw{at, fmt::format("control character U+{:04X} in the file", point.value),
                  "remove it, or write it as an escape in double quotes"};
    }
    at += point.bytes;
  }
  return std::nullopt;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

std::string_view last_word(std::string_view& line) {
  const std::size_t end = line.find_last_not_of(" \t\r");
  if (end == std::string_view::npos) return {};
  line = line.substr(0, end + 1);
  const std::size_t space = line.find_last_of(" \t");
  const std::size_t start = space == std::string_view::npos ? 0 : space + 1;
  const std::string_view word = line.substr(start);
  line = line.substr(0, start);
  return word;
}

struct Header {
  bool opens = false;      // a block of text ("|" or ">") starts below this line
  std::size_t indent = 0;  // as given behind it; 0: that of the block's first line
};

Header header_of(std::string_view line) {
  line = line.substr(0, std::min(line.find(" #"), line.size()));
  const std::string_view word = last_word(line);
  if (word.empty() || (word[0] != '|' && word[0] != '>')) return {};
  if (word.find_first_not_of("0123456789+-", 1) != std::string_view::npos) return {};
  const std::string_view before = last_word(line);
  const bool opens = before.empty() || before == "-" || before.ends_with(':') || before[0] == '&' || before[0] == '!';
  const std::size_t digit = word.find_first_of("123456789");
  return {opens, digit == std::string_view::npos ? 0 : static_cast<std::size_t>(word[digit] - '0')};
}

// Tabs inside a block of text belong to the text, as in a shell script's here-document.
std::optional<Flaw> tab_indentation(std::string_view text) {
  if (text.find('\t') == std::string_view::npos) return std::nullopt;
  Header block;
  std::size_t above = 0;  // spaces before the line that opened the block
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, newline - at);
    const std::size_t start = at;
    at = newline + 1;
    if (is_blank(line)) continue;
    const std::size_t spaces = line.find_first_not_of(' ');
    if (block.opens && block.indent == 0 && spaces > above) block.indent = spaces;
    if (block.opens && block.indent > 0 && spaces >= block.indent) continue;
    block = header_of(line);
    if (block.indent > 0) block.indent += spaces;
    above = spaces;
    const bool comment = line[line.find_first_not_of(" \t")] == '#';
    if (line[spaces] == '\t' && !comment) return Flaw{start + spaces, "a tab is used for indentation", "use spaces"};
  }
  return std::nullopt;
}

// The parser keeps every token of a bracketed list in memory until the list ends, as it could turn out to be a key:
// a gigabyte for 4 MB of "[". So we look at brackets and commas before it does, wherever they stand; the bounds are
// far beyond what text that only happens to contain them has.
std::optional<Flaw> too_many_brackets(std::string_view text, const Limits& limits) {
  const std::size_t most_open = 16 * static_cast<std::size_t>(limits.depth);
  const std::size_t most = 4 * limits.nodes;
  std::size_t open = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (c == '[' || c == '{' || c == ',') ++count;
    if (open > most_open) return Flaw{at, fmt::format("more than {} brackets are open at once", most_open), ""};
    if (count > most) return Flaw{at, fmt::format("the file holds more than {} brackets and commas", most), ""};
  }
  return std::nullopt;
}

}  // namespace

bool check_text(const std::shared_ptr<const SourceText>& source, Diagnostics& diagnostics, const Limits& limits) {
  std::string_view text = source->text;
  if (text.size() > limits.bytes) {
    diagnostics.add(
        {.kind = Kind::yaml_limit,
         .where = {source},
         .message = fmt::format("the file has {} bytes, but at most {} are read", text.size(), limits.bytes),
         .help = "split it, or put data into a file of its own"});
    return false;
  }
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Kind kind = Kind::yaml_syntax;
  std::optional<Flaw> flaw = wrong_character(text);
  if (!flaw) flaw = tab_indentation(text);
  if (!flaw) {
    kind = Kind::yaml_limit;
    flaw = too_many_brackets(text, limits);
  }
  if (!flaw) return true;
  const Place place = place_of(text, flaw->offset);
  diagnostics.add({.kind = kind,
                   .where = {source, place.line, place.column},
                   .message = std::move(flaw->message),
                   .help = std::move(flaw->help)});
  return false;
}

}  // namespace kjx::yaml
