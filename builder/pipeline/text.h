// Templates of pipelines: @WORD@ stands for a text, and a line that holds nothing but @WORD@ for lines, indented as it
// is.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kjx::pipeline {

// A word for a whole line that is "" takes the line with it.
[[nodiscard]] std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& words);

// What gets kjx on a machine that has none, for bash and sh -e.
extern const std::string_view get_kjx;

}  // namespace kjx::pipeline
