// Which ports a guest listens on, from its /proc/net (proc(5)).
#pragma once

#include <string_view>
#include <vector>

#include "guest/contract.h"

namespace kjx::guest {

// `text` holds the tables of /proc/net/tcp, tcp6, udp and udp6, each behind a line that is its name. Sorted, each once.
[[nodiscard]] std::vector<Port> listening(std::string_view text);

// The line of shell that prints such a text.
inline constexpr std::string_view print_ports =
    "for t in tcp tcp6 udp udp6; do [ ! -r /proc/net/$t ] || { echo $t; cat /proc/net/$t; }; done";

}  // namespace kjx::guest
