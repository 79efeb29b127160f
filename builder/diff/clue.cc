#include "diff/clue.h"

#include <algorithm>
#include <cctype>

namespace kjx::diff {
namespace {

bool in_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
         std::string_view("_-+:./@#").find(letter) != std::string_view::npos;
}

}  // namespace

Changed changed(std::string_view first, std::string_view second) {
  const auto shorter = std::min(first.size(), second.size());
  std::size_t begin = 0;
  while (begin < shorter && first[begin] == second[begin]) ++begin;
  std::size_t tail = 0;
  while (tail < shorter - begin && first[first.size() - 1 - tail] == second[second.size() - 1 - tail]) ++tail;
  while (begin > 0 && in_word(first[begin - 1])) --begin;
  while (tail > 0 && in_word(first[first.size() - tail])) --tail;
  return {begin, first.size() - tail, second.size() - tail};
}

std::pair<std::string, std::string> changed_words(std::string_view first, std::string_view second) {
  const auto [begin, first_end, second_end] = changed(first, second);
  return {std::string(first.substr(begin, first_end - begin)), std::string(second.substr(begin, second_end - begin))};
}

}  // namespace kjx::diff
