#include <fmt/format.h>

#include "report/html.h"
#include "report/layers.h"
#include "report/page.h"

namespace kjx::report {

namespace {

constexpr std::size_t most_nodes = 160;
constexpr double node_width = 150;
constexpr double node_height = 22;
constexpr double column = 200;
constexpr double row_height = 30;
constexpr std::size_t longest_name = 22;

double x_of(const Picture::Node& node) { return static_cast<double>(node.layer) * column + 4; }

// Layers of few are centred beside those of many.
double y_of(const Picture& picture, const Picture::Node& node, const std::vector<std::size_t>& sizes) {
  const auto room = static_cast<double>(picture.rows - sizes[node.layer]);
  return (static_cast<double>(node.row) + room / 2) * row_height + 6;
}

std::string shown_name(const Picture::Node& node) {
  const auto name = node.name.size() <= longest_name ? node.name : node.name.substr(0, longest_name - 1) + "…";
  return node.count == 1 ? name : fmt::format("{} {} actions", node.count, class_of(node.kind));
}

}  // namespace

std::string dependencies_section(const Data& data) {
  const auto picture = layered(data.outline, data.shown, most_nodes);
  std::vector<std::size_t> sizes(picture.layers);
  for (const auto& node : picture.nodes) ++sizes[node.layer];
  const double width = static_cast<double>(picture.layers) * column - column + node_width + 8;
  std::string text = fmt::format(
      "<figure class=\"walk graph scroll\" tabindex=\"0\" aria-label=\"what needs what, arrow keys go from action to "
      "action\"><svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\">\n",
      width, static_cast<double>(picture.rows) * row_height + 8);
  for (const auto& [from, to] : picture.edges) {
    const auto& a = picture.nodes[from];
    const auto& b = picture.nodes[to];
    const double x1 = x_of(a) + node_width;
    const double x2 = x_of(b);
    const double y1 = y_of(picture, a, sizes) + node_height / 2;
    const double y2 = y_of(picture, b, sizes) + node_height / 2;
    text += fmt::format("<path data-from=\"{}\" data-to=\"{}\" d=\"M{:.0f} {:.0f}C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}\"/>\n",
                        from, to, x1, y1, x1 + 40, y1, x2 - 40, y2, x2, y2);
  }
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
    const auto& node = picture.nodes[i];
    const auto took = data.past.actions.find(node.name);
    const auto time = node.count == 1 && took != data.past.actions.end() && !took->second.seconds.empty()
                          ? ": " + shown_seconds(took->second.median())
                          : std::string();
    text += fmt::format(
        "<g class=\"mark {}\" data-node=\"{}\" data-tip=\"{}{}\"><rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{}\" height=\"{}\" "
        "rx=\"4\"/><text x=\"{:.0f}\" y=\"{:.0f}\">{}</text></g>\n",
        class_of(node.kind), i, escaped(node.count == 1 ? node.name : shown_name(node)), time, x_of(node),
        y_of(picture, node, sizes), node_width, node_height, x_of(node) + 8, y_of(picture, node, sizes) + 15,
        escaped(shown_name(node)));
  }
  return text + "</svg><figcaption aria-live=\"polite\"></figcaption></figure>\n";
}

}  // namespace kjx::report
