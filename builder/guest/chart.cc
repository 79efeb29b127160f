#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/markup.h"
#include "guest/phases.h"

namespace kjx::guest {

namespace {

constexpr int left = 170;  // of the bars; names stand before it
constexpr int width = 640;
constexpr int row = 22;
constexpr int top = 40;

// 1, 2 or 5 times a power of ten, so that some ten lines make the scale.
double step_of(double longest) {
  const double power = std::pow(10, std::floor(std::log10(longest)));
  for (const double factor : {0.1, 0.2, 0.5}) {
    if (longest / (factor * power) <= 10) return factor * power;
  }
  return power;
}

std::string_view colour(const Phase& phase) {
  if (phase.within) return "#e0a030";
  return phase.name.starts_with("service ") ? "#4a8fd0" : "#507050";
}

}  // namespace

std::string chart(const std::string& title, const std::vector<Phase>& phases) {
  double longest = 0.1;
  for (const auto& phase : phases) longest = std::max(longest, phase.end);
  const int height = top + row * static_cast<int>(phases.size()) + 30;
  const auto x = [&](double seconds) { return left + seconds / longest * width; };

  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n"
      "<text x=\"10\" y=\"22\" font-size=\"14\">{2}</text>\n",
      left + width + 80, height, markup(title));
  const double step = step_of(longest);
  for (int i = 0; i * step <= longest; ++i) {
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#ddd\"/>"
        "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\" fill=\"#666\">{4:g} s</text>\n",
        x(i * step), top - 6, height - 24, height - 10, i * step);
  }
  int y = top;
  for (const auto& phase : phases) {
    svg += fmt::format(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>"
        "<rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"14\" fill=\"{}\"/>"
        "<text x=\"{:.1f}\" y=\"{}\" fill=\"#333\">{:.2f} s</text>\n",
        left - 8, y + 12, markup(phase.name), x(phase.begin), y, std::max(1.0, x(phase.end) - x(phase.begin)),
        colour(phase), x(phase.end) + 4, y + 12, phase.seconds());
    y += row;
  }
  return svg + "</svg>\n";
}

}  // namespace kjx::guest
