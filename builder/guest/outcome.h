// The reports of all boots in the forms that people and pipelines read.
#pragma once

#include <string>
#include <vector>

#include "guest/report.h"

namespace kjx::guest {

// A boot as a list of cases: its checks, and the trouble that ended it.
[[nodiscard]] std::vector<Check> cases_of(const Report& report);

// "passed   default iso cd bios   12.3 s   9 checks"
[[nodiscard]] std::string line_of(const Report& report);
// What is wrong, in full; "" when nothing is.
[[nodiscard]] std::string failure_text(const Report& report);

[[nodiscard]] std::string tap(const std::vector<Report>& reports);    // TAP version 13
[[nodiscard]] std::string junit(const std::vector<Report>& reports);  // JUnit's XML: a suite a boot

}  // namespace kjx::guest
