#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/amount.h"
#include "base/markup.h"
#include "graph/critical_path.h"
#include "report/html.h"
#include "report/page.h"

namespace kjx::report {

namespace {

std::string tile(std::string_view id, std::string_view name, std::string_view value, std::string_view more) {
  return fmt::format("<div class=\"tile\" id=\"{}\"><dt>{}</dt><dd>{}</dd><p>{}</p></div>\n", id, markup(name),
                     markup(value), markup(more));
}

// By what every action took when it last ran.
std::string path_tile(const Data& data) {
  std::vector<double> seconds(data.outline.nodes.size());
  double all = 0;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    const auto took = data.past.actions.find(data.outline.nodes[i].name);
    if (took != data.past.actions.end() && data.shown[i]) seconds[i] = took->second.median();
    all += seconds[i];
  }
  if (all <= 0) return {};
  const auto path = graph::critical_path(data.outline, seconds);
  const auto longest = std::ranges::max_element(path.nodes, {}, [&](std::size_t node) { return seconds[node]; });
  return tile("work", "work in all", shown_seconds(all), "of all actions, one after the other") +
         tile("path", "critical path", shown_seconds(path.seconds),
              "no number of processors is faster; most of it " + data.outline.nodes[*longest].name);
}

}  // namespace

std::string overview_section(const Data& data) {
  std::string tiles;
  for (const auto& [name, bytes] : data.sizes)
    tiles += tile("size-" + name, name, shown_bytes(bytes), fmt::format("{} bytes", bytes));
  tiles += path_tile(data);
  const auto actions = std::ranges::count(data.shown, true);
  std::set<std::string> groups;
  for (std::size_t i = 0; i < data.shown.size(); ++i) {
    if (data.shown[i]) groups.insert(group_of(data.outline.nodes[i].name));
  }
  tiles += tile("actions", "actions", std::to_string(actions), fmt::format("of {} packages and parts", groups.size()));
  return "<dl class=\"tiles\">\n" + tiles + "</dl>\n";
}

}  // namespace kjx::report
