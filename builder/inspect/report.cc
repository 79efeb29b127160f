#include "inspect/report.h"

#include <array>

namespace kjx::inspect {

void Report::line(std::string_view text) {
  out_ << std::string(static_cast<std::size_t>(depth_) * 2, ' ');
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x20 || code == 0x7f) {
      out_ << fmt::format("\\x{:02x}", code);
    } else {
      out_ << letter;
    }
  }
  out_ << '\n';
}

std::filesystem::path Report::scratch() { return scratch_ / fmt::format("{}", ++files_); }

std::string size_text(std::uint64_t bytes) {
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return fmt::format("{:.1f} {}", size, units[unit]);
}

}  // namespace kjx::inspect
