#include "schema/messages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kjx::schema {

std::string Subject::text() const {
  if (item) return fmt::format("an item of '{}'", field.name);
  if (!key.empty()) return fmt::format("'{}' in '{}'", key, field.name);
  return fmt::format("'{}'", field.name);
}

std::string one_of(const std::vector<std::string>& words) { return fmt::format("one of {}", fmt::join(words, ", ")); }

std::string kind_of(const yaml::Node& node) {
  switch (node.kind) {
    case yaml::Node::Kind::null:
      return "empty";
    case yaml::Node::Kind::scalar:
      return "text";
    case yaml::Node::Kind::sequence:
      return "a list";
    case yaml::Node::Kind::map:
      return "a map";
  }
  return "";
}

Diagnostic unknown_key(const Table& table, const yaml::Node& key) {
  std::vector<std::string> names;
  for (const Field& field : table.fields) names.emplace_back(field.name);
  return {.kind = Kind::unknown_key,
          .where = key.where,
          .message = fmt::format("unknown key '{}' in {}", key.scalar, table.name),
          .help = did_you_mean(key.scalar, names, fmt::format("possible keys: {}", fmt::join(names, ", ")))};
}

Diagnostic missing_key(const Table& table, const Field& field, const Location& where) {
  return {.kind = Kind::missing_key,
          .where = where,
          .message = fmt::format("'{}' is missing in {}", field.name, table.name),
          .help = fmt::format("{}: {}", field.name, field.doc)};
}

Diagnostic wrong_type(const Subject& subject, std::string_view expected, const yaml::Node& node) {
  std::string help;
  if (node.kind == yaml::Node::Kind::null) help = "give it a value, or remove it";
  if (node.kind == yaml::Node::Kind::scalar && expected.starts_with("a list")) {
    help = fmt::format("a list of one: [{}]", node.scalar);
  }
  return {.kind = Kind::wrong_type,
          .where = node.where,
          .message = fmt::format("{} must be {}, but is {}", subject.text(), expected, kind_of(node)),
          .help = std::move(help)};
}

Diagnostic bad_value(const Subject& subject, std::string_view expected, const yaml::Node& node) {
  return {.kind = Kind::bad_value,
          .where = node.where,
          .message = fmt::format("{} must be {}, but is '{}'", subject.text(), expected, node.scalar)};
}

Diagnostic out_of_bounds(const Subject& subject, std::string_view expected, const yaml::Node& node) {
  const Field& field = subject.field;
  const auto bounds = field.most == unbounded ? fmt::format("at least {}", field.least)
                      : field.least == 0      ? fmt::format("at most {}", field.most)
                                              : fmt::format("from {} to {}", field.least, field.most);
  return bad_value(subject, fmt::format("{}, {}", expected, bounds), node);
}

Diagnostic unknown_choice(const Subject& subject, const std::vector<std::string>& words, const yaml::Node& node) {
  return {.kind = Kind::unknown_choice,
          .where = node.where,
          .message = fmt::format("{} must be {}, but is '{}'", subject.text(), one_of(words), node.scalar),
          .help = did_you_mean(node.scalar, words)};
}

Diagnostic edit_without_extends(const Field& field, const Location& where) {
  return {.kind = Kind::wrong_type,
          .where = where,
          .message = fmt::format("'{}' edits a list, but there is none to edit", field.name),
          .help = "`append` and `remove` are for recipes that say `extends:`; write the whole list here"};
}

}  // namespace kjx::schema
