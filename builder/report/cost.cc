#include <fmt/format.h>

#include <algorithm>

#include "base/amount.h"
#include "base/markup.h"
#include "report/html.h"
#include "report/page.h"

namespace kjx::report {

namespace {

constexpr std::size_t most_rows = 100;

struct Cost {
  std::string name;
  double seconds = 0;
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

std::vector<Cost> costs_of(const Data& data) {
  std::map<std::string, Cost> costs;
  for (std::size_t i = 0; i < data.outline.nodes.size(); ++i) {
    if (!data.shown[i]) continue;
    const auto& name = data.outline.nodes[i].name;
    auto& cost = costs[group_of(name)];
    const auto took = data.past.actions.find(name);
    if (took == data.past.actions.end()) continue;
    cost.seconds += took->second.median();
    cost.objects += took->second.objects;
  }
  for (const auto& part : data.parts) costs[group_of(part.name)].bytes += part.bytes;
  std::vector<Cost> sorted;
  for (auto& [name, cost] : costs) {
    cost.name = name;
    sorted.push_back(cost);
  }
  std::ranges::stable_sort(sorted, [](const Cost& a, const Cost& b) {
    return std::pair(a.seconds, a.bytes) > std::pair(b.seconds, b.bytes);
  });
  return sorted;
}

std::string meter(double part) { return fmt::format("<i class=\"meter\" style=\"--part:{:.4f}\"></i>", part); }

}  // namespace

std::string cost_section(const Data& data) {
  const auto costs = costs_of(data);
  double slowest = 1e-9;
  double largest = 1;
  for (const auto& cost : costs) {
    slowest = std::max(slowest, cost.seconds);
    largest = std::max(largest, static_cast<double>(cost.bytes));
  }
  std::string rows;
  for (std::size_t i = 0; i < std::min(most_rows, costs.size()); ++i) {
    const auto& cost = costs[i];
    rows += fmt::format(
        "<tr data-name=\"{}\" data-bytes=\"{}\"><th scope=\"row\">{}</th><td>{}{}</td><td>{}</td><td>{}{}</td></tr>\n",
        markup(cost.name), cost.bytes, markup(cost.name), cost.seconds > 0 ? shown_seconds(cost.seconds) : "–",
        meter(cost.seconds / slowest), cost.objects > 0 ? std::to_string(cost.objects) : "–",
        cost.bytes > 0 ? shown_bytes(cost.bytes) : "–", meter(static_cast<double>(cost.bytes) / largest));
  }
  std::string text =
      "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">package or part</th><th scope=\"col\">time to "
      "build</th>"
      "<th scope=\"col\">objects</th><th scope=\"col\">bytes in the root</th></tr></thead><tbody>\n" +
      rows + "</tbody></table></div>\n";
  if (costs.size() > most_rows) {
    double seconds = 0;
    for (std::size_t i = most_rows; i < costs.size(); ++i) seconds += costs[i].seconds;
    text += fmt::format("<p class=\"none\">and {} more, which take {} together</p>\n", costs.size() - most_rows,
                        shown_seconds(seconds));
  }
  return text;
}

}  // namespace kjx::report
