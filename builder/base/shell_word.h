// Text as words of a POSIX shell (IEEE 1003.1-2017, XCU 2.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kjx {

// `word` as the shell reads it back as one word: as it is where nothing in it is special, else in single quotes.
[[nodiscard]] std::string shell_word(std::string_view word);

// One line a person can paste into a shell.
[[nodiscard]] std::string quoted(const std::vector<std::string>& argv);

}  // namespace kjx
