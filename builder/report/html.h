// Words and numbers as the report's page shows them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kjx::report {

// "812 ms", "1.4 s", "2m10s", "1h05m".
[[nodiscard]] std::string shown_seconds(double seconds);

// The colour's class of an action's kind: "source", "package", "kernel", "image", "paper", "other".
[[nodiscard]] std::string_view class_of(std::string_view kind);

// What an action is part of: "kernel" of "kernel.stage1".
[[nodiscard]] std::string group_of(std::string_view action);

}  // namespace kjx::report
