#include "report/layers.h"

#include <algorithm>
#include <map>
#include <set>

#include "report/html.h"

namespace kjx::report {

namespace {

constexpr std::size_t most_layers = 40;
constexpr int sweeps = 6;

std::vector<std::size_t> depths_of(const graph::Outline& outline) {
  std::vector<std::size_t> depths(outline.nodes.size());
  for (std::size_t i = 0; i < depths.size(); ++i) {
    for (const auto need : outline.nodes[i].needs) depths[i] = std::max(depths[i], depths[need] + 1);
  }
  return depths;
}

// Within each layer by the mean row of the neighbours on one side (the barycentre heuristic of Sugiyama, Tagawa and
// Toda, 1981), there and back a few times.
class Rows {
 public:
  explicit Rows(Picture& picture)
      : picture_(picture), layers_(picture.layers), left_(picture.nodes.size()), right_(left_) {
    for (std::size_t i = 0; i < picture.nodes.size(); ++i) layers_[picture.nodes[i].layer].push_back(i);
    for (const auto& [from, to] : picture.edges) {
      left_[to].push_back(from);
      right_[from].push_back(to);
    }
    for (auto& layer : layers_) number(layer);
  }

  void arrange() {
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      if (sweep % 2 == 0) {
        for (auto& layer : layers_) sort(layer, left_);
      } else {
        for (std::size_t i = layers_.size(); i > 0; --i) sort(layers_[i - 1], right_);
      }
    }
    for (const auto& layer : layers_) picture_.rows = std::max(picture_.rows, layer.size());
  }

 private:
  using Neighbours = std::vector<std::vector<std::size_t>>;

  void number(const std::vector<std::size_t>& layer) {
    for (std::size_t row = 0; row < layer.size(); ++row) picture_.nodes[layer[row]].row = row;
  }

  void sort(std::vector<std::size_t>& layer, const Neighbours& neighbours) {
    std::map<std::size_t, double> middle;
    for (const auto node : layer) {
      double sum = 0;
      for (const auto other : neighbours[node]) sum += static_cast<double>(picture_.nodes[other].row);
      const auto count = static_cast<double>(neighbours[node].size());
      middle[node] = count > 0 ? sum / count : static_cast<double>(picture_.nodes[node].row);
    }
    std::ranges::stable_sort(layer, {}, [&](std::size_t node) { return middle[node]; });
    number(layer);
  }

  Picture& picture_;
  std::vector<std::vector<std::size_t>> layers_;
  Neighbours left_;
  Neighbours right_;
};

}  // namespace

Picture layered(const graph::Outline& outline, const std::vector<bool>& shown, std::size_t most) {
  const auto depths = depths_of(outline);
  const auto count = static_cast<std::size_t>(std::ranges::count(shown, true));
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < depths.size(); ++i) deepest = std::max(deepest, shown[i] ? depths[i] : 0);
  const bool together = count > most;
  Picture picture;
  std::map<std::pair<std::size_t, std::string_view>, std::size_t> groups;
  std::vector<std::size_t> place(outline.nodes.size());
  std::set<std::pair<std::size_t, std::size_t>> edges;
  for (std::size_t i = 0; i < outline.nodes.size(); ++i) {
    if (!shown[i]) continue;
    const auto& node = outline.nodes[i];
    const auto layer = together && deepest >= most_layers ? depths[i] * most_layers / (deepest + 1) : depths[i];
    const auto [group, fresh] = groups.try_emplace({layer, class_of(node.kind)}, picture.nodes.size());
    if (together && !fresh) {
      place[i] = group->second;
      ++picture.nodes[place[i]].count;
    } else {
      place[i] = picture.nodes.size();
      picture.nodes.push_back({node.name, node.kind, 1, layer, 0});
    }
    picture.layers = std::max(picture.layers, layer + 1);
    for (const auto need : node.needs) {
      if (shown[need] && place[need] != place[i]) edges.emplace(place[need], place[i]);
    }
  }
  picture.edges.assign(edges.begin(), edges.end());
  Rows(picture).arrange();
  return picture;
}

}  // namespace kjx::report
