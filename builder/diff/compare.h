// Where two images differ, down to the smallest part that does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diff/causes.h"
#include "inspect/parts.h"

namespace kjx::diff {

struct Finding {
  What what = What::field;
  std::string field;  // its name
  std::string first;  // both values: of a field, of a line, of some bytes in hexadecimal
  std::string second;
  std::uint64_t at = 0;  // text: the line; bytes: the offset
  std::string context;   // bytes: what can be read there
  const Cause* cause = nullptr;
};

struct Difference {
  std::string name;
  std::string kind;  // "cpio archive", "text", "data"
  std::vector<Finding> findings;
  std::vector<Difference> inside;
  std::string same_as;                  // where the same pair of contents was compared before
  std::string trouble;                  // why it could not be opened: a program is missing
  std::vector<std::string> diffoscope;  // what that says of bytes without a known cause
};

// Nothing when they are equal. Both are opened as deep as there is something that differs.
[[nodiscard]] std::optional<Difference> compare(const inspect::Part& first, const inspect::Part& second,
                                                inspect::Scratch& scratch, const Known* known = nullptr);

// The same of two things that are taken apart already.
[[nodiscard]] std::optional<Difference> compare(const std::string& name, const inspect::Parts& first,
                                                const inspect::Parts& second, inspect::Scratch& scratch,
                                                const Known* known = nullptr);

// Every cause that was found, each once, in the order of their table.
[[nodiscard]] std::vector<const Cause*> causes_in(const Difference& difference);

}  // namespace kjx::diff
