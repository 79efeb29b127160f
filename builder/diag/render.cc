#include "diag/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <tuple>

#include "diag/excerpt.h"
#include "diag/report_lines.h"

namespace kjx {

namespace {

// ECMA-48 "select graphic rendition".
struct Colors {
  std::string_view place;
  std::string_view error;
  std::string_view note;
  std::string_view marks;
  std::string_view plain;
};

Colors colors_of(const RenderStyle& style) {
  if (!style.color) return {};
  return {"\x1b[1m", "\x1b[1;31m", "\x1b[1;36m", "\x1b[1;32m", "\x1b[0m"};
}

// Those without a place come last.
auto rank(const Diagnostic& diagnostic) {
  const Location& where = diagnostic.where;
  const std::string_view name = where ? std::string_view(where.file->name) : std::string_view();
  return std::tuple(!where, name, where.line, where.column, std::string_view(diagnostic.message), diagnostic.kind);
}

void print_place(std::ostream& out, const Location& where, const Colors& colors) {
  if (where) out << colors.place << visible(where.text()) << ":" << colors.plain << " ";
}

void print_line(std::ostream& out, const Location& where, const Colors& colors) {
  if (!where || where.line == 0) return;
  const Excerpt shown = excerpt(where.file->line(where.line), where.column, where.length);
  out << fmt::format("{:5} |{}{}\n", where.line, shown.line.empty() ? "" : " ", shown.line);
  out << fmt::format("      | {}{}{}\n", colors.marks, shown.marks, colors.plain);
}

void print_help(std::ostream& out, std::string_view help) {
  std::string_view label = "  help: ";
  while (!help.empty()) {
    const std::size_t end = help.find('\n');
    out << label << visible(help.substr(0, end)) << "\n";
    label = "        ";
    help.remove_prefix(end == std::string_view::npos ? help.size() : end + 1);
  }
}

void print(std::ostream& out, const Diagnostic& diagnostic, const Colors& colors) {
  print_place(out, diagnostic.where, colors);
  out << colors.error << "error:" << colors.plain << " " << visible(diagnostic.message) << " ["
      << name_of(diagnostic.kind) << "]\n";
  print_line(out, diagnostic.where, colors);
  print_help(out, diagnostic.help);
  for (const Note& note : diagnostic.notes) {
    print_place(out, note.where, colors);
    out << colors.note << "note:" << colors.plain << " " << visible(note.message) << "\n";
    print_line(out, note.where, colors);
  }
}

}  // namespace

bool stands_before(const Diagnostic& a, const Diagnostic& b) { return rank(a) < rank(b); }

void render(std::ostream& out, std::vector<Diagnostic> diagnostics, const RenderStyle& style) {
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return rank(a) == rank(b); };
  std::stable_sort(diagnostics.begin(), diagnostics.end(), stands_before);
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());

  if (style.format != Format::text) {
    const bool json = style.format == Format::json;
    for (const Diagnostic& each : diagnostics)
      out << (json ? json_line(each) : github_line(each, style.folder)) << "\n";
    return;
  }
  const Colors colors = colors_of(style);
  const std::size_t shown = std::min(style.most, diagnostics.size());
  for (std::size_t i = 0; i < shown; ++i) print(out, diagnostics[i], colors);
  const std::size_t more = diagnostics.size() - shown;
  if (more > 0) out << more << (more == 1 ? " more error\n" : " more errors\n");
}

}  // namespace kjx
