// The sections that are tables: boots, budgets, licences.
#include <fmt/format.h>

#include <algorithm>

#include "base/amount.h"
#include "base/markup.h"
#include "report/html.h"
#include "report/page.h"

namespace kjx::report {

namespace {

std::string table(std::initializer_list<std::string_view> heads, const std::string& rows) {
  std::string text = "<div class=\"scroll\"><table><thead><tr>";
  for (const auto head : heads) text += fmt::format("<th scope=\"col\">{}</th>", head);
  return text + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}

// The latest of each way to boot.
std::map<std::string, const guest::Sample*> latest(const std::vector<guest::Sample>& boots) {
  std::map<std::string, const guest::Sample*> found;
  for (const auto& sample : boots) {
    if (sample.seconds.contains("up")) found[sample.boot] = &sample;
  }
  return found;
}

}  // namespace

std::string boot_section(const Data& data) {
  const auto boots = latest(data.boots);
  if (boots.empty()) return "<p class=\"none\">No boot was measured yet: <code>kjx test</code> does that.</p>\n";
  std::string rows;
  for (const auto& [name, sample] : boots) {
    const auto memory = sample->memory.find("all");
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n", markup(name),
                        shown_seconds(sample->seconds.at("up")),
                        memory == sample->memory.end() ? "–" : shown_bytes(memory->second), markup(sample->when));
  }
  const auto chart =
      data.boot_chart.empty() ? std::string() : "<figure class=\"boot scroll\">" + data.boot_chart + "</figure>\n";
  return chart + table({"boot", "until all services are up", "memory in use", "measured"}, rows);
}

std::string budget_section(const Data& data) {
  if (data.budgets.empty())
    return "<p class=\"none\">The image's contract sets no limits (<code>boot: {largest: ...}</code>).</p>\n";
  std::string rows;
  for (const auto& [name, most] : data.budgets) {
    const auto size = data.sizes.find(name);
    const double part = size == data.sizes.end()
                            ? 0
                            : static_cast<double>(size->second) / static_cast<double>(std::max<std::uint64_t>(most, 1));
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"{}\">{}<i class=\"meter\" "
        "style=\"--part:{:.4f}\">"
        "</i></td></tr>\n",
        markup(name), size == data.sizes.end() ? "not built" : shown_bytes(size->second), shown_bytes(most),
        part > 1 ? "over" : "", size == data.sizes.end() ? "–" : fmt::format("{:.0f} %", part * 100),
        std::min(part, 1.0));
  }
  return table({"what", "size", "at most", "used"}, rows);
}

std::string license_section(const Data& data) {
  if (data.components.empty()) return "<p class=\"none\">Nothing in the image has a licence of its own.</p>\n";
  constexpr std::size_t most = 400;
  std::string rows;
  for (std::size_t i = 0; i < std::min(most, data.components.size()); ++i) {
    const auto& each = data.components[i];
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"source\">{}</td></tr>\n",
                        markup(each.name), markup(each.version), markup(each.license), markup(each.source));
  }
  const auto more = data.components.size() <= most
                        ? std::string()
                        : fmt::format("<p class=\"none\">and {} more, all of them in the image's SBOM</p>\n",
                                      data.components.size() - most);
  return table({"component", "version", "licence", "source"}, rows) + more;
}

}  // namespace kjx::report
