// What must be true of an image that works: `boot:` of its recipe, as plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "schema/schema.h"

namespace kjx::guest {

struct CommandCheck {
  Located<std::string> run;
  std::optional<std::string> output{};  // exactly
  std::optional<std::string> contains{};
  std::optional<std::string> matches{};  // POSIX extended regular expression
  int exit = 0;
  int within = 30;  // seconds
};

struct FileCheck {
  std::string path;
  std::optional<std::uint32_t> mode{};
  std::optional<std::string> owner{};  // "0:0"
};

struct Port {
  std::string protocol;  // "tcp", "udp"
  int number = 0;
  [[nodiscard]] std::string text() const { return protocol + "/" + std::to_string(number); }
  bool operator==(const Port&) const = default;
};

struct Contract {
  int ready = 60;                     // seconds until all services are up
  std::vector<std::string> services;  // those that must be up
  std::vector<CommandCheck> commands;
  std::vector<FileCheck> files;
  std::vector<Port> ports;
  std::string ssh;                             // user; "": not tried
  std::map<std::string, std::uint64_t> sizes;  // largest, by format, or "root", "initramfs", "kernel"
  std::optional<std::uint64_t> memory;         // bytes in use when everything is up
  std::optional<int> reboot;                   // seconds
  int power_off = 30;                          // seconds
};

// What surrounds a contract: it may name nothing else.
struct ImageFacts {
  std::string name;
  std::vector<std::string> services;
  std::vector<std::string> outputs;  // formats
  bool kernel = true;
  Location where{};                 // its recipe
  std::vector<std::string> down{};  // services that wait to be started by hand
};

// `boot` is nothing for an image without a contract: it must come up with all its services and switch off.
[[nodiscard]] Contract read_contract(const schema::Record* boot, const ImageFacts& image, Diagnostics& diagnostics);

// "22", "tcp/22", "udp/123".
[[nodiscard]] std::optional<Port> parse_port(std::string_view text);

}  // namespace kjx::guest
