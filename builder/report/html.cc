#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace kjx::report {

namespace {

struct Class {
  std::string_view kind;  // or how it begins
  std::string_view name;
};
constexpr std::array<Class, 11> classes{{{"fetch", "source"},
                                         {"local", "source"},
                                         {"deb", "source"},
                                         {"style.", "package"},
                                         {"kernel.", "kernel"},
                                         {"image.", "image"},
                                         {"initramfs", "image"},
                                         {"rootfs", "image"},
                                         {"root-image", "image"},
                                         {"programs", "paper"},
                                         {"provenance.", "paper"}}};

}  // namespace

std::string shown_seconds(double seconds) {
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", std::max(0.0, seconds) * 1000);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = std::lround(seconds);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

std::string_view class_of(std::string_view kind) {
  const auto found = std::ranges::find_if(classes, [&](const auto& each) { return kind.starts_with(each.kind); });
  return found == classes.end() ? "other" : found->name;
}

std::string group_of(std::string_view action) { return std::string(action.substr(0, action.find('.'))); }

}  // namespace kjx::report
