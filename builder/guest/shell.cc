#include "guest/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/shell_word.h"

namespace kjx::guest {

namespace {

constexpr std::string_view greeting = "kjx: shell\n";

// What stands between two marks, without the newline that was added.
std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  const auto from = text.find(begin) + begin.size();
  auto part = text.substr(from, text.find(end, from) - from);
  while (part.ends_with('\n')) part.remove_suffix(1);
  std::string clean(part);
  std::erase(clean, '\r');
  return clean;
}

}  // namespace

std::optional<Trouble> Shell::wait(double seconds) {
  auto trouble = watch_.until([&] { return watch_.heard().find(greeting) != std::string::npos; }, seconds, "shell");
  if (!trouble) watch_.heard().clear();
  return trouble;
}

std::optional<Trouble> Shell::run(std::string_view line, double seconds, Answer& answer) {
  const auto begin = fmt::format("<kjx {}>\n", ++asked_);
  const auto end = fmt::format("\n<kjx {} ended ", asked_);
  watch_.heard().clear();
  // Its own shell, so that no command changes the next one's; no input, or it would eat the next line; into a file,
  // since on a terminal `ls` and others write in columns and colours.
  watch_.type(
      fmt::format("sh -c {1} </dev/null >/run/kjx/said 2>&1; code=$?; echo '<kjx {0}>'; cat /run/kjx/said; "
                  "printf '\\n<kjx {0} ended %s>\\n' $code\n",
                  asked_, shell_word(line)));
  const auto answered = [&] {
    const auto at = watch_.heard().find(end);
    return at != std::string::npos && watch_.heard().find(">\n", at) != std::string::npos;
  };
  if (auto trouble = watch_.until(answered, seconds, "answer")) return trouble;
  const std::string_view heard = watch_.heard();
  answer.output = between(heard, begin, end);
  const auto code = heard.substr(heard.find(end) + end.size());
  std::from_chars(code.data(), code.data() + code.size(), answer.code);
  return std::nullopt;
}

}  // namespace kjx::guest
