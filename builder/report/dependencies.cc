#include <fmt/format.h>

#include "base/markup.h"
#include "report/html.h"
#include "report/layers.h"
#include "report/page.h"

namespace kjx::report {

namespace {

constexpr std::size_t most_nodes = 160;
constexpr double node_height = 22;
constexpr double between = 46;  // layers, for the lines
constexpr double row_height = 29;
constexpr double node_letter = 6.9;
constexpr std::size_t longest_name = 24;

std::string shown_name(const Picture::Node& node) {
  const auto name = node.name.size() <= longest_name ? node.name : node.name.substr(0, longest_name - 1) + "…";
  return node.count == 1 ? name : fmt::format("{} {} actions", node.count, class_of(node.kind));
}

// Every layer is as wide as its longest name; one of few is centred beside one of many.
class Places {
 public:
  explicit Places(const Picture& picture) : picture_(picture), columns_(picture.layers) {
    for (const auto& node : picture.nodes) {
      auto& column = columns_[node.layer];
      ++column.rows;
      const double wanted = node_letter * static_cast<double>(shown_name(node).size()) + 16;
      if (wanted > column.width) column.width = wanted;
    }
    double x = 4;
    for (auto& column : columns_) {
      column.x = x;
      x += column.width + between;
    }
    width_ = x - between + 4;
  }

  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] double height() const { return static_cast<double>(picture_.rows) * row_height + 8; }
  [[nodiscard]] double x(const Picture::Node& node) const { return columns_[node.layer].x; }
  [[nodiscard]] double wide(const Picture::Node& node) const { return columns_[node.layer].width; }
  [[nodiscard]] double y(const Picture::Node& node) const {
    const auto room = static_cast<double>(picture_.rows - columns_[node.layer].rows);
    return (static_cast<double>(node.row) + room / 2) * row_height + 6;
  }

 private:
  struct Column {
    double x = 0;
    double width = 0;
    std::size_t rows = 0;
  };
  const Picture& picture_;
  std::vector<Column> columns_;
  double width_ = 0;
};

std::string edge_of(std::size_t from, std::size_t to, const Picture& picture, const Places& places) {
  const auto& a = picture.nodes[from];
  const auto& b = picture.nodes[to];
  const double x1 = places.x(a) + places.wide(a);
  const double x2 = places.x(b);
  const double y1 = places.y(a) + node_height / 2;
  const double y2 = places.y(b) + node_height / 2;
  return fmt::format(
      "<path data-from=\"{}\" data-to=\"{}\" d=\"M{:.0f} {:.0f}C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}\"/>\n", from,
      to, x1, y1, x1 + between * 0.7, y1, x2 - between * 0.7, y2, x2, y2);
}

std::string node_of(std::size_t index, const Picture::Node& node, const Places& places, const graph::Past& past) {
  const auto took = past.actions.find(node.name);
  const bool known = node.count == 1 && took != past.actions.end() && !took->second.seconds.empty();
  return fmt::format(
      "<g class=\"mark {}\" data-node=\"{}\" data-tip=\"{}{}\"><rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" "
      "height=\"{}\" rx=\"4\"/><text x=\"{:.0f}\" y=\"{:.0f}\">{}</text></g>\n",
      class_of(node.kind), index, markup(node.count == 1 ? node.name : shown_name(node)),
      known ? ": " + shown_seconds(took->second.median()) : "", places.x(node), places.y(node), places.wide(node),
      node_height, places.x(node) + 8, places.y(node) + 15, markup(shown_name(node)));
}

}  // namespace

std::string dependencies_section(const Data& data) {
  const auto picture = layered(data.outline, data.shown, most_nodes);
  const Places places(picture);
  std::string text = fmt::format(
      "<figure class=\"walk graph scroll\" tabindex=\"0\" aria-label=\"what needs what, arrow keys go from action to "
      "action\"><svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\">\n",
      places.width(), places.height());
  for (const auto& [from, to] : picture.edges) text += edge_of(from, to, picture, places);
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) text += node_of(i, picture.nodes[i], places, data.past);
  return text + "</svg><figcaption aria-live=\"polite\"></figcaption></figure>\n";
}

}  // namespace kjx::report
