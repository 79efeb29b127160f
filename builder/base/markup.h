// Text inside XML and HTML, in elements and in attributes.
#pragma once

#include <string>
#include <string_view>

namespace kjx {

// With &, <, > and " escaped.
[[nodiscard]] std::string markup(std::string_view text);

}  // namespace kjx
