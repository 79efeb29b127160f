#include "guest/ports.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string>

namespace kjx::guest {

namespace {

// States of include/net/tcp_states.h: a UDP socket that waits is "closed".
constexpr std::string_view tcp_listening = "0A";
constexpr std::string_view udp_waiting = "07";

// "0: 00000000:0016 00000000:0000 0A ...": the local address, the remote one, the state.
bool parse_line(const std::string& line, const std::string& protocol, Port& port) {
  std::istringstream words(line);
  std::string number;
  std::string local;
  std::string remote;
  std::string state;
  if (!(words >> number >> local >> remote >> state) || !number.ends_with(':')) return false;
  if (state != (protocol == "tcp" ? tcp_listening : udp_waiting)) return false;
  const auto colon = local.rfind(':');
  if (colon == std::string::npos) return false;
  port.protocol = protocol;
  const auto [rest, error] = std::from_chars(local.data() + colon + 1, local.data() + local.size(), port.number, 16);
  return error == std::errc();
}

}  // namespace

std::vector<Port> listening(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string protocol;
  std::vector<Port> ports;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("tcp") || line.starts_with("udp")) protocol = line.substr(0, 3);
    if (Port port; parse_line(line, protocol, port)) ports.push_back(port);
  }
  const auto key = [](const Port& port) { return std::pair(port.protocol, port.number); };
  std::ranges::sort(ports, {}, key);
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  return ports;
}

}  // namespace kjx::guest
