#include "guest/console.h"

#include <algorithm>
#include <map>

namespace kjx::guest {

namespace {

// Nobody reads more of a guest that talks without end.
constexpr std::size_t most_kept = std::size_t{4} << 20;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

void Console::add(std::string_view bytes) {
  bytes_ += bytes.size();
  for (const char byte : bytes) put(byte);
}

// ECMA-48: ESC [ ... a final byte from '@' on; ESC ] ... BEL; ESC and one byte.
void Console::put(char byte) {
  switch (state_) {
    case State::escape:
      state_ = byte == '[' ? State::sequence : byte == ']' ? State::command : State::text;
      return;
    case State::sequence:
      if (byte >= '@') state_ = State::text;
      return;
    case State::command:
      if (byte == '\a' || byte == '\n') state_ = State::text;
      return;
    case State::text:
      if (byte == '\x1b')
        state_ = State::escape;
      else if (byte == '\n' || byte == '\t' || (byte & 0x80) != 0 || (byte >= ' ' && byte < '\x7f')) {
        if (text_.size() < most_kept) text_ += byte;
      }
  }
}

std::vector<std::string> Console::last_lines(std::size_t most) const {
  std::vector<std::string> last;
  const auto lines = lines_of(text_);
  for (auto line = lines.rbegin(); line != lines.rend() && last.size() < most; ++line) {
    if (!line->empty()) last.emplace_back(*line);
  }
  std::ranges::reverse(last);
  return last;
}

std::string Console::line_with(std::string_view words) const {
  const auto at = text_.rfind(words);
  if (at == std::string::npos) return {};
  const auto before = text_.rfind('\n', at);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  return text_.substr(begin, text_.find('\n', at) - begin);
}

std::string Console::commonest_line() const {
  std::map<std::string_view, std::size_t> counts;
  for (const auto line : lines_of(text_)) {
    if (!line.empty()) ++counts[line];
  }
  const auto most = std::ranges::max_element(counts, [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() || most->second < 2 ? "" : std::string(most->first);
}

}  // namespace kjx::guest
