#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "schema/schema.h"
#include "schema/types.h"

namespace kjx::schema {

namespace {

constexpr std::size_t line_width = 110;
constexpr std::size_t least_doc_width = 40;

struct Row {
  const Field& field;
  std::string type;
  std::string state;  // "required", "default 64M"
};

// `text` in lines of at most `width` characters, broken at spaces.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

class Printer {
 public:
  void table(const Table& table, std::size_t indent) {
    printed_.insert(&table);
    std::vector<Row> rows;
    std::size_t widths[3] = {};
    for (const Field& field : table.fields) {
      rows.push_back({field, type_text(field), state_text(field)});
      widths[0] = std::max(widths[0], field.name.size());
      widths[1] = std::max(widths[1], rows.back().type.size());
      widths[2] = std::max(widths[2], rows.back().state.size());
    }
    for (const Row& row : rows) {
      std::string head = fmt::format("{:{}}{:{}}  {:{}}  ", "", indent, row.field.name, widths[0], row.type, widths[1]);
      if (widths[2] > 0) head += fmt::format("{:{}}  ", row.state, widths[2]);
      print(head, row.field.doc);
      below(row.field, indent + 2);
    }
  }

  void print(const std::string& head, std::string_view doc) {
    const std::size_t room = line_width > head.size() ? line_width - head.size() : 0;
    std::string front = head;
    for (const std::string& line : wrapped(doc, std::max(room, least_doc_width))) {
      std::string whole = front + line;
      whole.erase(whole.find_last_not_of(' ') + 1);
      text += whole + "\n";
      front.assign(head.size(), ' ');
    }
  }

  std::string text;

 private:
  void below(const Field& field, std::size_t indent) {
    if (field.table != nullptr && printed_.contains(field.table)) {
      print(std::string(indent, ' '), fmt::format("(as {} above)", field.table->name));
    } else if (field.table != nullptr) {
      table(*field.table, indent);
    }
    if (field.choices.empty()) return;
    std::vector<std::string_view> names;
    for (const Alternative& alternative : field.choices) names.push_back(alternative.name);
    print(std::string(indent, ' '), fmt::format("{}", fmt::join(names, ", ")));
  }

  std::set<const Table*> printed_;
};

}  // namespace

std::string type_text(const Field& field) {
  const std::string_view name = row_of(field.type).name;
  if (field.type == Type::word) return fmt::format("{}", fmt::join(field.words, " | "));
  return field.choices.empty() ? std::string(name) : std::string(name) + " those below";
}

std::string state_text(const Field& field) {
  if (field.required) return "required";
  return field.fallback.empty() ? "" : fmt::format("default {}", field.fallback);
}

std::string help(const Table& table) {
  Printer printer;
  printer.print("", table.doc);
  printer.text += '\n';
  printer.table(table, 2);
  return std::move(printer.text);
}

}  // namespace kjx::schema
