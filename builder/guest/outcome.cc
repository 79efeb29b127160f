#include "guest/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/markup.h"

namespace kjx::guest {

namespace {

// Every line of `text` behind `margin`.
std::string indented(const std::string& text, std::string_view margin) {
  std::string lines(margin);
  for (const char byte : text) {
    lines += byte;
    if (byte == '\n') lines += margin;
  }
  return lines + "\n";
}

std::string told(const Check& check) {
  std::string text;
  if (!check.expected.empty()) text += "expected: " + check.expected + "\n";
  return text + "seen: " + check.seen;
}

std::string shown_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

// XML 1.0 has no place for control characters, not even escaped. What is no UTF-8 is left out as well.
std::string xml(const std::string& text) {
  std::string legal;
  for (const char byte : text) {
    if (byte == '\n' || byte == '\t' || (byte >= ' ' && byte < '\x7f'))
      legal += byte;
    else if ((byte & 0x80) != 0)
      legal += '?';
  }
  return markup(legal);
}

}  // namespace

std::vector<Check> cases_of(const Report& report) {
  auto cases = report.checks;
  if (report.verdict == Verdict::passed || report.verdict == Verdict::failed) return cases;
  const bool skipped = report.verdict == Verdict::skipped;
  cases.push_back({report.during.empty() ? "boot" : report.during,
                   skipped ? Check::State::skipped : Check::State::failed, "",
                   skipped ? report.seen : fmt::format("{}: {}", name_of(report.verdict), report.seen)});
  return cases;
}

std::string line_of(const Report& report) {
  const auto well = std::ranges::count(report.checks, Check::State::passed, &Check::state);
  const auto skipped = std::ranges::count(report.checks, Check::State::skipped, &Check::state);
  if (report.verdict == Verdict::skipped) return fmt::format("skipped  {:<28} {}", report.name(), report.seen);
  auto line =
      fmt::format("{:<8} {:<28} {:>6.1f} s  {} of {} checks", report.verdict == Verdict::passed ? "passed" : "FAILED",
                  report.name(), report.seconds, well, report.checks.size());
  if (skipped > 0) line += fmt::format(", {} skipped", skipped);
  if (report.verdict != Verdict::passed) line += fmt::format("  ({})", name_of(report.verdict));
  return line;
}

std::string failure_text(const Report& report) {
  if (report.verdict == Verdict::passed || report.verdict == Verdict::skipped) return {};
  std::string text;
  for (const auto& check : cases_of(report)) {
    if (check.state != Check::State::failed) continue;
    text += fmt::format("{}: {}\n", report.name(), check.name) + indented(told(check), "    ");
  }
  if (report.last_lines.empty()) return text;
  text += fmt::format("  the console's last lines ({}):\n", report.log);
  for (const auto& line : report.last_lines) text += fmt::format("    | {}\n", line);
  return text;
}

std::string tap(const std::vector<Report>& reports) {
  std::string points;
  int number = 0;
  for (const auto& report : reports) {
    for (const auto& check : cases_of(report)) {
      const bool well = check.state != Check::State::failed;
      points += fmt::format("{} {} - {}: {}", well ? "ok" : "not ok", ++number, report.name(), shown_line(check.name));
      if (check.state == Check::State::skipped) points += " # SKIP " + shown_line(check.seen);
      points += '\n';
      if (!well) points += indented(told(check), "# ");
    }
    if (report.verdict == Verdict::passed || report.verdict == Verdict::skipped) continue;
    for (const auto& line : report.last_lines) points += fmt::format("# | {}\n", line);
  }
  return fmt::format("TAP version 13\n1..{}\n{}", number, points);
}

std::string junit(const std::vector<Report>& reports) {
  std::string suites;
  for (const auto& report : reports) {
    std::string cases;
    int failures = 0;
    int skips = 0;
    const auto all = cases_of(report);
    for (const auto& check : all) {
      cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", xml(report.name()),
                           xml(check.name), check.seconds);
      if (check.state == Check::State::passed) {
        cases += "/>\n";
      } else if (check.state == Check::State::skipped) {
        ++skips;
        cases += fmt::format("><skipped message=\"{}\"/></testcase>\n", xml(shown_line(check.seen)));
      } else {
        ++failures;
        cases += fmt::format("><failure message=\"{}\" type=\"{}\">{}</failure></testcase>\n",
                             xml(shown_line(check.seen)), name_of(report.verdict), xml(told(check)));
      }
    }
    std::string said;
    for (const auto& line : report.last_lines) said += line + "\n";
    suites +=
        fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" errors=\"0\" time=\"{:.3f}\">\n",
            xml(report.name()), all.size(), failures, skips, report.seconds) +
        cases + (said.empty() ? "" : fmt::format("    <system-out>{}</system-out>\n", xml(said))) + "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites + "</testsuites>\n";
}

}  // namespace kjx::guest
