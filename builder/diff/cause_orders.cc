// Causes that change the order of things, not the things.
#include <strings.h>

#include <algorithm>

#include "diff/causes.h"
#include "diff/text.h"

namespace kjx::diff {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
  Words words;
  while (!line.empty()) {
    const auto end = std::min(line.find_first_of(" ,:;\t"), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

bool other_order(Words first, Words second) {
  if (first.size() != second.size() || first == second) return false;
  std::ranges::sort(first);
  std::ranges::sort(second);
  return first == second;
}

// As most locales sort: letters before their case.
bool sorted_as_locales_do(const Words& words) {
  return std::ranges::is_sorted(words, [](std::string_view a, std::string_view b) {
    const auto common = std::min(a.size(), b.size());
    const int order = ::strncasecmp(a.data(), b.data(), common);
    return order != 0 ? order < 0 : a.size() < b.size();
  });
}

bool either_by_locale(const Words& first, const Words& second) {
  return (std::ranges::is_sorted(first) && sorted_as_locales_do(second)) ||
         (std::ranges::is_sorted(second) && sorted_as_locales_do(first));
}

// The lines of the whole, or the words of the one line.
bool by_whole_or_line(const Clue& clue, bool (*fits)(const Words& first, const Words& second)) {
  if (clue.what != What::text) return false;
  return fits(lines_of(clue.whole_first), lines_of(clue.whole_second)) ||
         fits(words_of(clue.first), words_of(clue.second));
}

}  // namespace

bool parallel_compressor(const Clue& clue) { return clue.what == What::stream; }

bool archive_order(const Clue& clue) { return clue.what == What::order; }

bool locale_order(const Clue& clue) {
  return by_whole_or_line(clue, [](const Words& first, const Words& second) {
    return other_order(first, second) && either_by_locale(first, second);
  });
}

bool directory_order(const Clue& clue) {
  return by_whole_or_line(clue, [](const Words& first, const Words& second) { return other_order(first, second); });
}

}  // namespace kjx::diff
