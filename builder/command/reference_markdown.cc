#include <fmt/format.h>

#include "command/reference.h"

namespace kjx::command {

namespace {

// What would end a table's cell, and what would be taken for HTML outside of `code`.
std::string cell(std::string_view text) {
  std::string result;
  bool code = false;
  for (const char c : text) {
    if (c == '`') code = !code;
    if (c == '|') result += '\\';
    if (c == '\n') {
      result += ' ';
    } else if (c == '<' && !code) {
      result += "&lt;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string code_cell(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", cell(text)); }

std::string table(const std::vector<ReferenceRow>& rows) {
  bool types = false;
  for (const auto& row : rows) types = types || !row.type.empty() || !row.state.empty();
  std::string text = types ? "| name | type | | meaning |\n|---|---|---|---|\n" : "| name | meaning |\n|---|---|\n";
  for (const auto& row : rows) {
    text += types ? fmt::format("| `{}` | {} | {} | {} |\n", cell(row.name), code_cell(row.type), cell(row.state),
                                cell(row.words))
                  : fmt::format("| `{}` | {} |\n", cell(row.name), cell(row.words));
  }
  return text;
}

// A block of code: four spaces before every line, which has two.
std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    text += fmt::format("  {}\n", line);
  }
  return text;
}

}  // namespace

std::string as_markdown(const ReferencePage& page) {
  auto text = fmt::format("# {}\n\n{}\n", page.name, cell(page.summary));
  for (const auto& section : page.sections) {
    text += fmt::format("\n## {}\n", section.title);
    if (!section.text.empty()) text += fmt::format("\n{}\n", cell(section.text));
    if (!section.rows.empty()) text += "\n" + table(section.rows);
    if (!section.examples.empty()) text += "\n" + indented(section.examples);
  }
  return text;
}

}  // namespace kjx::command
