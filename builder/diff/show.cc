#include "diff/show.h"

#include <fmt/format.h>

#include "diff/text.h"

namespace kjx::diff {
namespace {

constexpr std::size_t most_shown = 20;  // of one level

std::string_view name_of(What what) {
  switch (what) {
    case What::field:
      return "field";
    case What::text:
      return "line";
    case What::bytes:
      return "bytes";
    case What::order:
      return "order";
    case What::stream:
      return "stream";
    case What::only_in_first:
      return "only in first";
    case What::only_in_second:
      return "only in second";
  }
  return "";
}

std::string sentence(const Finding& finding) {
  const auto first = shown(finding.first);
  const auto second = shown(finding.second);
  switch (finding.what) {
    case What::field:
      return fmt::format("{}: {} | {}", finding.field, first.empty() ? "(none)" : first,
                         second.empty() ? "(none)" : second);
    case What::text:
      return fmt::format("line {}: '{}' | '{}'", finding.at, first, second);
    case What::bytes:
      return fmt::format("from byte {} ({:#x}): {} | {}{}", finding.at, finding.at, first, second,
                         finding.context.empty() ? "" : ", in " + finding.context);
    case What::order:
      return fmt::format("the same parts in another order: '{}' | '{}' comes first", first, second);
    case What::stream:
      return fmt::format("compressed otherwise ({} | {}), with the same content", first, second);
    case What::only_in_first:
      return fmt::format("only in the first: {}", first);
    case What::only_in_second:
      return fmt::format("only in the second: {}", second);
  }
  return {};
}

nlohmann::json finding_json(const Finding& finding) {
  nlohmann::json json{{"what", name_of(finding.what)}};
  // Bytes of somebody's file need not be UTF-8.
  const auto text = [](const std::string& value) { return is_text(value) ? value : shown(value, 400); };
  if (!finding.field.empty()) json["field"] = finding.field;
  if (!finding.first.empty()) json["first"] = text(finding.first);
  if (!finding.second.empty()) json["second"] = text(finding.second);
  if (finding.what == What::text || finding.what == What::bytes) json["at"] = finding.at;
  if (!finding.context.empty()) json["context"] = text(finding.context);
  if (finding.cause != nullptr) {
    json["cause"] = finding.cause->name;
    json["remedy"] = finding.cause->remedy;
  }
  return json;
}

void show_tree(std::ostream& out, const Difference& difference, int depth) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  out << fmt::format("{}{} ({})\n", indent, shown(difference.name), difference.kind);
  if (!difference.trouble.empty()) out << fmt::format("{}  not opened: {}\n", indent, difference.trouble);
  if (!difference.same_as.empty()) out << fmt::format("{}  as in {}\n", indent, shown(difference.same_as, 400));
  std::size_t told = 0;
  for (const auto& finding : difference.findings) {
    if (++told > most_shown) break;
    const auto cause = finding.cause == nullptr ? "" : fmt::format("  <- {}", finding.cause->name);
    out << fmt::format("{}  {}{}\n", indent, sentence(finding), cause);
  }
  for (const auto& line : difference.diffoscope) out << fmt::format("{}    {}\n", indent, shown(line, 400));
  for (const auto& each : difference.inside) {
    if (++told <= most_shown) show_tree(out, each, depth + 1);
  }
  const auto all = difference.findings.size() + difference.inside.size();
  if (all > most_shown) out << fmt::format("{}  ... and {} more\n", indent, all - most_shown);
}

}  // namespace

void show(std::ostream& out, const Difference& difference, int depth) {
  show_tree(out, difference, depth);
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  for (const auto* cause : causes_in(difference)) out << fmt::format("{}{}: {}\n", indent, cause->name, cause->remedy);
}

nlohmann::json to_json(const Difference& difference) {
  nlohmann::json json{{"name", shown(difference.name, 4096)}, {"kind", difference.kind}};
  if (!difference.same_as.empty()) json["same-as"] = shown(difference.same_as, 4096);
  if (!difference.trouble.empty()) json["trouble"] = difference.trouble;
  if (!difference.diffoscope.empty()) json["diffoscope"] = difference.diffoscope;
  for (const auto& finding : difference.findings) json["findings"].push_back(finding_json(finding));
  for (const auto& each : difference.inside) json["inside"].push_back(to_json(each));
  return json;
}

}  // namespace kjx::diff
