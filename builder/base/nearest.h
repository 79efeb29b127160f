// "did you mean": the nearest word by Damerau-Levenshtein distance.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kjx {

[[nodiscard]] int edit_distance(std::string_view a, std::string_view b);

// The nearest of `words`, if it is near enough to be what was meant (at most a third of the letters wrong, at most 3).
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& words);

}  // namespace kjx
