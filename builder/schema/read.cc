#include <fmt/format.h>

#include <algorithm>

#include "schema/messages.h"
#include "schema/schema.h"
#include "schema/types.h"

namespace kjx::schema {

namespace {

using yaml::Node;

template <typename Rows>
std::vector<std::string> names_of(const Rows& rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // `partial`: another record will be below this one, so fields may be left out and lists edited.
  Record record(const Node& node, const Table& table, bool partial) {
    Record record;
    record.where = node.where;
    record.table = &table;
    const bool extends = find_field(table, "extends") != nullptr && node.find("extends") != nullptr;
    partial = partial || extends;
    for (const auto& [key, value] : node.entries) {
      const Field* const field = find_field(table, key.scalar);
      if (field == nullptr) {
        diagnostics_.add(unknown_key(table, key));
      } else if (std::optional<Record::Value> read = value_of(*field, value, partial)) {
        record.values.emplace(key.scalar, std::move(*read));
      }
    }
    for (const Field& field : table.fields) {
      if (!field.required || partial || node.find(field.name) != nullptr) continue;
      diagnostics_.add(missing_key(table, field, node.where));
    }
    return record;
  }

 private:
  using Value = std::optional<Record::Value>;

  Value value_of(const Field& field, const Node& node, bool partial) {
    switch (row_of(field.type).shape) {
      case Shape::scalar:
        return wrapped(scalar({field}, node, field.type));
      case Shape::list:
        return wrapped(list(field, node, partial));
      case Shape::map:
        return wrapped(pairs(field, node));
      case Shape::record:
        return one_record(field, node, partial);
      case Shape::records:
        return wrapped(records(field, node));
      case Shape::choice:
        return one_choice(field, node, partial);
      case Shape::choices:
        return wrapped(choices(field, node));
    }
    return std::nullopt;
  }

  template <typename T>
  static Value wrapped(std::optional<T> value) {
    if (!value) return std::nullopt;
    return Record::Value(std::move(*value));
  }

  // Whether `node` is of this kind; if not, that is an error.
  bool expect(Node::Kind kind, const Subject& subject, const Node& node, std::string_view expected) {
    if (node.kind == kind) return true;
    diagnostics_.add(wrong_type(subject, expected, node));
    return false;
  }

  std::optional<Located<std::string>> scalar(const Subject& subject, const Node& node, Type type) {
    const TypeRow& row = row_of(type);
    if (type == Type::word) return word(subject, node);
    if (!expect(Node::Kind::scalar, subject, node, row.expected)) return std::nullopt;
    std::optional<std::string> text = row.canonical(node.scalar);
    if (text && !in_bounds(subject.field, type, *text)) {
      diagnostics_.add(out_of_bounds(subject, row.expected, node));
      return std::nullopt;
    }
    if (text) return Located<std::string>(std::move(*text), node.where);
    diagnostics_.add(bad_value(subject, row.expected, node));
    return std::nullopt;
  }

  static bool in_bounds(const Field& field, Type type, const std::string& canonical) {
    if (type != Type::integer && type != Type::size) return true;
    const std::int64_t number = std::stoll(canonical);
    return number >= field.least && number <= field.most;
  }

  std::optional<Located<std::string>> word(const Subject& subject, const Node& node) {
    const std::vector<std::string_view>& words = subject.field.words;
    const bool known = node.kind == Node::Kind::scalar && std::ranges::find(words, node.scalar) != words.end();
    if (known) return Located<std::string>(node.scalar, node.where);
    const std::vector<std::string> possible(words.begin(), words.end());
    if (expect(Node::Kind::scalar, subject, node, one_of(possible))) {
      diagnostics_.add(unknown_choice(subject, possible, node));
    }
    return std::nullopt;
  }

  std::vector<Located<std::string>> items(const Field& field, const Node& node) {
    std::vector<Located<std::string>> items;
    if (!expect(Node::Kind::sequence, {field}, node, row_of(field.type).expected)) return items;
    items.reserve(node.items.size());
    for (const Node& item : node.items) {
      auto text = scalar({.field = field, .item = true}, item, row_of(field.type).item);
      if (text) items.push_back(std::move(*text));
    }
    return items;
  }

  std::optional<ListEdit> list(const Field& field, const Node& node, bool partial) {
    if (node.kind != Node::Kind::map) return ListEdit{.items = items(field, node)};
    const bool is_edit = !node.entries.empty() && std::ranges::all_of(node.entries, [](const auto& entry) {
      return entry.first.scalar == "append" || entry.first.scalar == "remove";
    });
    if (is_edit && partial) return edit(field, node);
    diagnostics_.add(is_edit ? edit_without_extends(field, node.where)
                             : wrong_type({field}, row_of(field.type).expected, node));
    return std::nullopt;
  }

  ListEdit edit(const Field& field, const Node& node) {
    ListEdit edit{.edit = true};
    if (const Node* append = node.find("append")) edit.append = items(field, *append);
    if (const Node* remove = node.find("remove")) edit.remove = items(field, *remove);
    return edit;
  }

  std::optional<Pairs> pairs(const Field& field, const Node& node) {
    if (!expect(Node::Kind::map, {field}, node, row_of(field.type).expected)) return std::nullopt;
    Pairs pairs;
    pairs.reserve(node.entries.size());
    for (const auto& [key, value] : node.entries) {
      auto text = scalar({.field = field, .key = key.scalar}, value, Type::text);
      if (text) pairs.emplace_back(Located<std::string>(key.scalar, key.where), std::move(*text));
    }
    return pairs;
  }

  Value one_record(const Field& field, const Node& node, bool partial) {
    if (!expect(Node::Kind::map, {field}, node, row_of(field.type).expected)) return std::nullopt;
    std::vector<Record> one;
    one.push_back(record(node, *field.table, partial));
    return one;
  }

  std::optional<std::vector<Record>> records(const Field& field, const Node& node) {
    if (!expect(Node::Kind::sequence, {field}, node, row_of(field.type).expected)) return std::nullopt;
    std::vector<Record> all;
    all.reserve(node.items.size());
    for (const Node& item : node.items) {
      if (!expect(Node::Kind::map, {.field = field, .item = true}, item, "a map")) continue;
      all.push_back(record(item, *field.table, false));
    }
    return all;
  }

  Value one_choice(const Field& field, const Node& node, bool partial) {
    std::optional<Chosen> chosen = choice({field}, node, partial);
    if (!chosen) return std::nullopt;
    std::vector<Chosen> one;
    one.push_back(std::move(*chosen));
    return one;
  }

  std::optional<std::vector<Chosen>> choices(const Field& field, const Node& node) {
    if (!expect(Node::Kind::sequence, {field}, node, row_of(field.type).expected)) return std::nullopt;
    std::vector<Chosen> all;
    for (const Node& item : node.items) {
      std::optional<Chosen> chosen = choice({.field = field, .item = true}, item, false);
      if (chosen) all.push_back(std::move(*chosen));
    }
    return all;
  }

  // NAME, {NAME: {fields}}, or {NAME: } with nothing to say.
  std::optional<Chosen> choice(const Subject& subject, const Node& node, bool partial) {
    if (node.kind == Node::Kind::scalar) return chosen(subject, node, {.where = node.where}, partial);
    if (!expect(Node::Kind::map, subject, node, row_of(Type::choice).expected)) return std::nullopt;
    if (node.entries.size() != 1) {
      diagnostics_.add(
          {.kind = kjx::Kind::wrong_type,
           .where = node.where,
           .message = fmt::format("{} must name one thing, but names {}", subject.text(), node.entries.size()),
           .help = one_of(names_of(subject.field.choices))});
      return std::nullopt;
    }
    const auto& [name, fields] = node.entries.front();
    if (fields.kind == Node::Kind::null) return chosen(subject, name, {.where = name.where}, partial);
    return chosen(subject, name, fields, partial);
  }

  std::optional<Chosen> chosen(const Subject& subject, const Node& name, const Node& fields, bool partial) {
    const auto& choices = subject.field.choices;
    const auto found = std::ranges::find(choices, name.scalar, &Alternative::name);
    if (found == choices.end()) {
      diagnostics_.add(unknown_choice(subject, names_of(choices), name));
      return std::nullopt;
    }
    const bool is_map = fields.kind == Node::Kind::map || fields.kind == Node::Kind::null;
    if (!is_map) {
      diagnostics_.add(wrong_type({.field = subject.field, .key = name.scalar}, "a map", fields));
      return std::nullopt;
    }
    return Chosen{{name.scalar, name.where}, record(fields, *found->table, partial)};
  }

  Diagnostics& diagnostics_;
};

}  // namespace

Record read(const yaml::Node& node, const Table& table, Diagnostics& diagnostics) {
  if (node.kind == Node::Kind::map) return Reader(diagnostics).record(node, table, false);
  diagnostics.add({.kind = Kind::wrong_type,
                   .where = node.where,
                   .message = fmt::format("{} must be a map, but the file is {}", table.name, kind_of(node)),
                   .help = "write keys and values, like `summary: ...`"});
  Record record;
  record.where = node.where;
  record.table = &table;
  return record;
}

}  // namespace kjx::schema
