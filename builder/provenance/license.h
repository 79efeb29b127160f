// What an SPDX licence expression asks of whoever passes an image on.
#pragma once

#include <string_view>

namespace kjx::provenance {

// Is one of its licences copyleft, so that the sources must be offered? Where the author leaves a choice ("GPL-2.0-only
// OR MIT"), it counts: to offer too much does no harm.
[[nodiscard]] bool is_copyleft(std::string_view expression);

}  // namespace kjx::provenance
