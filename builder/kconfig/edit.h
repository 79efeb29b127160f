// From a .config that a person changed in a menu to the lines of a fragment that say so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kconfig/config_check.h"

namespace kjx::kconfig {

struct Setting {
  std::string symbol;
  std::string value;  // n: off

  bool operator==(const Setting&) const = default;
};

// What has to be asked for next, so that configuring gives `wanted` where it now gives `got`: symbols that differ and
// that an author can set, without those that may follow by themselves, since they depend on another one of these or are
// selected by it. Asking for these, configuring again and calling this once more ends with the fewest lines there are:
// whatever did follow no longer differs. Empty when all is as wanted. Sorted.
[[nodiscard]] std::vector<Setting> next_wishes(const Tree& tree, const Config& wanted, const Config& got);

// Those wishes of the fragments that `wanted` does not fulfil, though nobody took them back: a symbol went with one
// that it depends on. They would fail the next build. Sorted; without those in `known`.
[[nodiscard]] std::vector<Setting> taken_back(const std::vector<Asked>& asked, const Config& wanted,
                                              const std::vector<Setting>& known);

// The fragment with these wishes in it: a line that it has for the symbol is changed where it stands; further ones come
// into a part at its end, sorted, each under the words of its prompt.
[[nodiscard]] std::string with_wishes(std::string_view fragment, const Tree& tree, const std::vector<Setting>& wishes);

// A wish as a fragment's line: "CONFIG_A=y", "# CONFIG_A is not set".
[[nodiscard]] std::string line_of(const Setting& wish);

}  // namespace kjx::kconfig
