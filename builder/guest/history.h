// What earlier tests measured, and what grew since: a line of JSON a boot, kept beside the workspace.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guest/report.h"

namespace kjx::guest {

struct Sample {
  std::string when{};                             // for people
  std::string boot{};                             // "iso cd bios"; samples of one boot are compared
  std::map<std::string, double> seconds{};        // phases, and "up": from power-on until all was up
  std::map<std::string, std::uint64_t> memory{};  // "all", and each service's
  std::map<std::string, std::uint64_t> sizes{};   // outputs, root, initramfs, kernel
  std::map<std::string, std::uint64_t> parts{};   // of the root: packages, "modules", "other"

  bool operator==(const Sample&) const = default;
};

[[nodiscard]] std::string sample_text(const Sample& sample);  // one line
// Lines that are none are left out: the file may have been cut off.
[[nodiscard]] std::vector<Sample> parse_samples(std::string_view text);

[[nodiscard]] Sample sample_of(const Report& report);

// What grew against the median of the last few of its boot, in words, with where it came from. One slow boot does not
// make a trend, and a machine under load is no regression: times must grow by half as much again and a second, sizes by
// 1 % and 4 KiB, memory by a tenth and 1 MiB.
[[nodiscard]] std::vector<std::string> growth(const std::vector<Sample>& earlier, const Sample& now);

}  // namespace kjx::guest
