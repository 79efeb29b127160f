#include "graph/dot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace kjx::graph {

namespace {

struct Colour {
  std::string_view kind;  // or how it begins
  std::string_view fill;
};

constexpr std::array<Colour, 7> colours{{{"fetch", "#dbe9f6"},
                                         {"local", "#dbe9f6"},
                                         {"deb", "#dbe9f6"},
                                         {"style.", "#dff0d8"},
                                         {"kernel.", "#fbe3d1"},
                                         {"image.", "#ece1f4"},
                                         {"provenance.", "#eeeeee"}}};

std::string_view fill_of(std::string_view kind) {
  const auto found = std::ranges::find_if(colours, [&](const auto& each) { return kind.starts_with(each.kind); });
  return found == colours.end() ? "#ffffff" : found->fill;
}

std::string dot_string(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + '"';
}

// An action may read several outputs of another one: one line says them all.
std::string edges_to(const Action& action, const std::set<std::string>& shown) {
  std::map<std::string, std::string> outputs;
  for (const auto& input : action.inputs) {
    if (!shown.contains(input.producer)) continue;
    auto& text = outputs[input.producer];
    text += (text.empty() ? "" : ", ") + input.output;
  }
  std::string text;
  for (const auto& [producer, said] : outputs)
    text += fmt::format("  {} -> {} [label={}];\n", dot_string(producer), dot_string(action.name), dot_string(said));
  return text;
}

}  // namespace

std::string dot_text(const Graph& graph, const std::set<std::string>& actions) {
  std::string text =
      "digraph kjx {\n"
      "  rankdir=LR;\n"
      "  node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=11];\n"
      "  edge [fontname=\"sans-serif\", fontsize=8, color=\"#888888\", fontcolor=\"#888888\"];\n";
  for (const auto& action : graph.actions) {
    if (!actions.contains(action.name)) continue;
    text += fmt::format("  {} [fillcolor=\"{}\", tooltip={}];\n", dot_string(action.name), fill_of(action.kind),
                        dot_string(action.summary));
    text += edges_to(action, actions);
  }
  for (const auto& file : graph.exports) {
    if (!actions.contains(file.action)) continue;
    const auto name = dot_string("out/" + file.path);
    text +=
        fmt::format("  {} [shape=ellipse, fillcolor=\"#ffffff\"];\n  {} -> {};\n", name, dot_string(file.action), name);
  }
  return text + "}\n";
}

}  // namespace kjx::graph
