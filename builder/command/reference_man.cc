// Pages for man(1), in the macros of man(7), which every formatter knows.
#include <fmt/format.h>

#include <algorithm>

#include "command/reference.h"
#include "command/version.h"

namespace kjx::command {

namespace {

// As text of roff: nothing in it is a request or an escape; `code` is bold.
std::string roff(std::string_view text) {
  std::string result;
  bool bold = false;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) result += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if (c == '`') {
      bold = !bold;
      result += bold ? "\\fB" : "\\fR";
    } else {
      result += c;
    }
  }
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

std::string row_text(const ReferenceRow& row) {
  auto head = fmt::format("\\fB{}\\fR", roff(row.name));
  if (!row.type.empty()) head += fmt::format(" \\fI{}\\fR", roff(row.type));
  if (!row.state.empty()) head += fmt::format(" ({})", roff(row.state));
  return fmt::format(".TP\n{}\n{}\n", head, roff(row.words));
}

}  // namespace

std::string as_man(const ReferencePage& page) {
  auto text = fmt::format(".TH {} {} 1970-01-01 \"kjx {}\"\n.SH NAME\n{} \\- {}\n", upper(roff(page.name)),
                          page.chapter, version, roff(page.name), roff(page.summary));
  if (page.chapter == 1 && page.name != "kjx") {
    std::string verb = page.name;
    verb[3] = ' ';
    text += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR [\\fIoptions\\fR]", verb);
    for (const auto& section : page.sections) {
      if (section.title != "Arguments") continue;
      for (const auto& row : section.rows)
        text += row.state.empty() ? fmt::format(" [\\fI{}\\fR]", row.name) : fmt::format(" \\fI{}\\fR", row.name);
    }
    text += "\n";
  }
  for (const auto& section : page.sections) {
    text += fmt::format(".SH \"{}\"\n", upper(roff(section.title)));
    if (!section.text.empty()) text += roff(section.text) + "\n";
    for (const auto& row : section.rows) text += row_text(row);
    if (!section.examples.empty()) text += fmt::format(".nf\n{}.fi\n", roff(section.examples));
  }
  return text;
}

}  // namespace kjx::command
