// What came of one boot, and of all of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guest/times.h"
#include "guest/watch.h"

namespace kjx::guest {

// One thing that had to be true.
struct Check {
  enum class State { passed, failed, skipped };
  std::string name;  // "service sshd", "command uname -m"
  State state = State::passed;
  std::string expected{};
  std::string seen{};  // or why it was skipped
  double seconds = 0;
};

// What a boot took.
struct Measures {
  std::optional<double> firmware;   // seconds from power-on to the kernel's first moment
  std::optional<double> unpacking;  // of the initramfs, within the kernel's part
  Times times;
  std::optional<std::uint64_t> memory;                  // bytes in use
  std::map<std::string, std::uint64_t> service_memory;  // of each service's own process (Pss)
};

struct Report {
  std::string image;
  std::string boot;  // "iso cd uefi"
  Verdict verdict = Verdict::passed;
  std::string seen{};    // what was the matter, or why it was skipped
  std::string during{};  // "starting", "rebooting" ...
  std::vector<Check> checks{};
  std::vector<std::string> last_lines{};
  std::string log{};  // where the console is kept
  double seconds = 0;
  Measures measures{};

  [[nodiscard]] std::string name() const { return image + " " + boot; }
};

struct Counts {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};
// Of boots; checks that were skipped within a boot count as skipped too.
[[nodiscard]] Counts count(const std::vector<Report>& reports);

}  // namespace kjx::guest
