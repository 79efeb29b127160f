#include "inspect/report.h"

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

}  // namespace kjx::inspect
