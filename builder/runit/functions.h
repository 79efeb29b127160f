// The shell functions that the scripts of all services share.
#pragma once

#include <string_view>

namespace kjx::runit {

// Where they stand in the image, without leading "/".
inline constexpr std::string_view functions_path = "etc/runit/service";
// How all of their names begin: no program of an image is called so.
inline constexpr std::string_view functions_prefix = "service_";

[[nodiscard]] std::string_view functions();

// Only the service that feeds a watchdog needs this one.
[[nodiscard]] std::string_view watchdog_function();

}  // namespace kjx::runit
