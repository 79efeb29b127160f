#include "diag/report_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "diag/excerpt.h"

namespace kjx {

namespace {

using Object = nlohmann::ordered_json;

void add_place(Object& object, const Location& where) {
  if (!where) return;
  object["file"] = where.file->name;
  object["line"] = where.line;
  object["column"] = where.column;
  object["length"] = where.length;
}

// What would end a command's text, or one of its properties.
std::string escaped(std::string_view text, bool property) {
  std::string result;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    result += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return result;
}

}  // namespace

std::string json_line(const Diagnostic& diagnostic) {
  Object object{{"kind", name_of(diagnostic.kind)}, {"severity", "error"}, {"message", diagnostic.message}};
  add_place(object, diagnostic.where);
  if (!diagnostic.help.empty()) object["help"] = diagnostic.help;
  for (const Note& note : diagnostic.notes) {
    Object one{{"message", note.message}};
    add_place(one, note.where);
    object["notes"].push_back(std::move(one));
  }
  // A name of a file may be no UTF-8; better a mark in its place than no line.
  return object.dump(-1, ' ', false, Object::error_handler_t::replace);
}

std::string github_line(const Diagnostic& diagnostic, const std::filesystem::path& folder) {
  std::string line = "::error ";
  if (diagnostic.where) {
    const auto file = (folder / diagnostic.where.file->name).lexically_normal().string();
    line += fmt::format("file={},line={},col={},", escaped(visible(file), true), std::max(1, diagnostic.where.line),
                        std::max(1, diagnostic.where.column));
  }
  std::string text = diagnostic.message;
  if (!diagnostic.help.empty()) text += "\nhelp: " + diagnostic.help;
  for (const Note& note : diagnostic.notes) {
    text += "\nnote: " + (note.where ? note.where.text() + ": " : "") + note.message;
  }
  return line + fmt::format("title=kjx {}::{}", name_of(diagnostic.kind), escaped(text, false));
}

}  // namespace kjx
