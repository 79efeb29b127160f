#include "command/ninja_output.h"

#include <charconv>

namespace kjx::command {

void NinjaOutput::add(std::string_view bytes) {
  rest_ += bytes;
  std::size_t start = 0;
  for (std::size_t end; (end = rest_.find('\n', start)) != std::string::npos; start = end + 1) {
    line(std::string_view(rest_).substr(start, end - start));
  }
  rest_.erase(0, start);
}

void NinjaOutput::finish() {
  if (!rest_.empty()) line(rest_);
  rest_.clear();
}

void NinjaOutput::line(std::string_view text) {
  if (command_follows_) {
    command_follows_ = false;
    return;
  }
  constexpr std::string_view mark = "[kjx ";
  if (text.starts_with(mark)) {
    int finished = 0;
    int total = 0;
    const auto* const end = text.data() + text.size();
    const auto slash = std::from_chars(text.data() + mark.size(), end, finished).ptr;
    const auto close = slash == end ? end : std::from_chars(slash + 1, end, total).ptr;
    if (end - close >= 2) return seen_.status(finished, total, {close + 2, static_cast<std::size_t>(end - close - 2)});
  }
  if (text.starts_with("FAILED: ")) {
    command_follows_ = true;
    return;
  }
  if (text == "ninja: no work to do.") {
    nothing_to_do_ = true;
    return;
  }
  if (text.starts_with("ninja: Entering directory") || text == "ninja: build stopped: subcommand failed." ||
      text == "ninja: build stopped: interrupted by user." ||
      text.starts_with("ninja: build stopped: cannot make progress") ||
      text == "ninja: error: rebuilding 'build.ninja': subcommand failed") {
    return;
  }
  seen_.said(text);
}

}  // namespace kjx::command
