#include "provenance/license.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kjx::provenance {
namespace {

// Families of identifiers on SPDX's list, by how they begin.
constexpr std::array copyleft_families{"AGPL-", "GPL-",      "LGPL-", "MPL-",  "EPL-",  "EUPL-",    "CDDL-",
                                       "CPL-",  "CECILL",    "IPL-",  "MS-RL", "OSL-",  "QPL-",     "RPSL-",
                                       "SSPL-", "CC-BY-SA-", "APSL-", "ODbL-", "GFDL-", "Sleepycat"};

}  // namespace

bool is_copyleft(std::string_view expression) {
  while (!expression.empty()) {
    const auto end = expression.find_first_of(" ()");
    const auto word = expression.substr(0, end);
    if (std::ranges::any_of(copyleft_families, [&](std::string_view family) { return word.starts_with(family); }))
      return true;
    if (end == std::string_view::npos) break;
    expression.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace kjx::provenance
