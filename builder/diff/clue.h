// What is seen where two images differ, as causes judge it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kjx::diff {

// What is known of the two builds beside their bytes; nothing, when somebody else made them.
struct Known {
  struct Build {
    std::vector<std::string> paths;      // folders it worked in
    std::vector<std::string> names;      // of its user and its host
    std::vector<std::string> variables;  // values that it alone had in its environment
    std::string processors;              // how many it saw
    std::string jobs;
    std::string kernel;  // release of the host's
  };
  Build first;
  Build second;
};

enum class What {
  field,   // of a header or of an archive's member
  text,    // a line
  bytes,   // of something that is no text
  order,   // the same parts stand in another order
  stream,  // compressed otherwise, with the same content
  only_in_first,
  only_in_second,
};

struct Clue {
  What what = What::field;
  std::string_view field;  // its name
  std::string_view first;  // both values, or lines, or what can be read where the bytes differ
  std::string_view second;
  std::string_view whole_first;  // the contents they stand in
  std::string_view whole_second;
  std::uint64_t at = 0;  // bytes: the first that differs
  const Known* known = nullptr;
};

// Where two lines differ, widened to whole words: [begin, end) in each.
struct Changed {
  std::size_t begin = 0;
  std::size_t first_end = 0;
  std::size_t second_end = 0;
};
[[nodiscard]] Changed changed(std::string_view first, std::string_view second);
// Those words.
[[nodiscard]] std::pair<std::string, std::string> changed_words(std::string_view first, std::string_view second);

}  // namespace kjx::diff
