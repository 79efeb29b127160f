#include <fmt/format.h>

#include <algorithm>

#include "base/markup.h"
#include "report/html.h"
#include "report/page.h"
#include "report/timeline.h"

namespace kjx::report {

namespace {

constexpr double width = 1100;
constexpr double lane_height = 30;
constexpr std::size_t most_builds = 3;
constexpr double bar_letter = 6.6;  // of the bars' names, about

using Kinds = std::map<std::string_view, std::string_view>;

std::string bar_of(const Bar& bar, double scale, const Kinds& kinds) {
  const auto kind = kinds.find(bar.name);
  const double x = bar.begin * scale;
  const double wide = std::max(1.0, (bar.end - bar.begin) * scale - 1);
  const auto more = bar.count > 1 ? fmt::format(" and {} more", bar.count - 1) : std::string();
  std::string text = fmt::format(
      "<g class=\"mark {}{}\" data-tip=\"{}{}: {}, from {}\"><rect x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" "
      "height=\"{}\" "
      "rx=\"3\"/>",
      kind == kinds.end() ? "other" : class_of(kind->second), bar.failed ? " failed" : "", markup(bar.name), more,
      shown_seconds(bar.end - bar.begin), shown_seconds(bar.begin), x, static_cast<double>(bar.lane) * lane_height + 3,
      wide, lane_height - 6);
  if (bar.count == 1 && bar_letter * static_cast<double>(bar.name.size()) + 12 < wide)
    text += fmt::format("<text x=\"{:.1f}\" y=\"{}\">{}</text>", x + 7,
                        static_cast<double>(bar.lane) * lane_height + 19, markup(bar.name));
  return text + "</g>\n";
}

std::string scale_of(double seconds, double scale, double height) {
  std::string text;
  const double tick = tick_of(seconds);
  for (int i = 0; i * tick <= seconds; ++i) {
    text += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1}\"/>"
        "<text class=\"axis\" x=\"{0:.1f}\" y=\"{2}\" text-anchor=\"{3}\">{4}</text>\n",
        i * tick * scale, height, height + 16, i == 0 ? "start" : "middle", i == 0 ? "0" : shown_seconds(i * tick));
  }
  return text;
}

std::string figure_of(const graph::PastBuild& build, const Kinds& kinds) {
  const double seconds = std::max(build.seconds, 0.001);
  const double scale = width / seconds;
  const auto bars = bars_of(build, 1.5 / scale);
  std::size_t lanes = 1;
  for (const auto& bar : bars) lanes = std::max(lanes, bar.lane + 1);
  const double height = static_cast<double>(lanes) * lane_height;
  std::string text = fmt::format(
      "<figure class=\"walk\" tabindex=\"0\" aria-label=\"timeline, arrow keys go from action to action\">"
      "<svg viewBox=\"0 -2 {} {}\" role=\"img\">\n{}",
      width + 20, height + 24, scale_of(seconds, scale, height));
  for (const auto& bar : bars) text += bar_of(bar, scale, kinds);
  return text + "</svg><figcaption aria-live=\"polite\"></figcaption></figure>\n";
}

std::string told(const graph::PastBuild& build) {
  const auto found = std::ranges::count(build.spans, graph::Span::How::found, &graph::Span::how);
  const auto ran = static_cast<std::ptrdiff_t>(build.spans.size()) - found;
  return fmt::format("{}: {} in {}, {} actions run, {} found in the store, {} jobs", markup(build.when),
                     markup(build.outcome), shown_seconds(build.seconds), ran, found, build.jobs);
}

}  // namespace

std::string timeline_section(const Data& data) {
  if (data.builds.empty())
    return "<p class=\"none\">No build was remembered yet: <code>kjx build</code> does that.</p>\n";
  Kinds kinds;
  for (const auto& node : data.outline.nodes) kinds.emplace(node.name, node.kind);
  std::vector<const graph::PastBuild*> builds;
  for (const auto& build : data.builds) builds.push_back(&build);
  std::ranges::reverse(builds);
  // What did most says most.
  std::ranges::stable_sort(builds, std::greater<>(), [](const auto* build) { return build->busy(); });
  std::string text;
  for (std::size_t i = 0; i < std::min(most_builds, builds.size()); ++i)
    text += fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", i == 0 ? " open" : "", told(*builds[i]),
                        figure_of(*builds[i], kinds));
  return text;
}

}  // namespace kjx::report
