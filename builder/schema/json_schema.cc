#include "schema/json_schema.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "schema/types.h"

namespace kjx::schema {

namespace {

using Object = nlohmann::ordered_json;

// "a target's kernel" as part of an address: "target-kernel".
std::string address_of(std::string_view name) {
  for (const std::string_view article : {"a ", "an ", "the "}) {
    if (name.starts_with(article)) name.remove_prefix(article.size());
  }
  std::string address;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i).starts_with("'s ")) i += 2;
    address += name[i] == ' ' ? '-' : name[i];
  }
  return address;
}

Object words_of(std::string_view text) {
  Object words = Object::array();
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    words.push_back(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return words;
}

// YAML gives numbers and booleans for what kjx reads as text, so each type says what it may be taken for.
Object scalar(Type type) {
  const TypeRow& row = row_of(type);
  Object schema{{"type", words_of(row.written)}};
  if (schema["type"].size() == 1) schema["type"] = row.written;
  if (!row.pattern.empty()) schema["pattern"] = row.pattern;
  if (row.written != row_of(Type::text).written) return schema;
  if (type != Type::text) schema["minimum"] = 0;
  return schema;
}

Object scalar(const Field& field) {
  if (field.type == Type::word) return {{"enum", field.words}};
  Object schema = scalar(field.type);
  if (field.type != Type::integer && field.type != Type::size) return schema;
  schema["minimum"] = field.least;
  if (field.most != unbounded) schema["maximum"] = field.most;
  return schema;
}

Object fallback(const Field& field) {
  if (field.type == Type::boolean) return field.fallback == "true";
  std::int64_t number = 0;
  const auto* const end = field.fallback.data() + field.fallback.size();
  const auto [rest, error] = std::from_chars(field.fallback.data(), end, number);
  if (field.type == Type::integer && error == std::errc() && rest == end) return number;
  return field.fallback;
}

bool needs_nothing(const Table& table) {
  return std::ranges::none_of(table.fields, [](const Field& field) { return field.required; });
}

class Writer {
 public:
  Object whole(const Table& table) {
    Object schema{{"$schema", "http://json-schema.org/draft-07/schema#"}};
    if (find_field(table, "extends") == nullptr) {
      schema.update(body(table, false));
    } else {
      schema.update({{"title", address_of(table.name)}, {"description", table.doc}, {"type", "object"}});
      schema["if"] = {{"required", {"extends"}}};
      schema["then"] = reference(table, true);
      schema["else"] = reference(table, false);
    }
    if (!definitions_.empty()) schema["definitions"] = std::move(definitions_);
    return schema;
  }

 private:
  // `partial`: another record will be below this one (see read()).
  Object body(const Table& table, bool partial) {
    Object properties = Object::object();
    Object required = Object::array();
    for (const Field& field : table.fields) {
      Object value = value_of(field, partial);
      value["description"] = field.doc;
      if (!field.fallback.empty()) value["default"] = fallback(field);
      properties[std::string(field.name)] = std::move(value);
      if (field.required && !partial) required.push_back(field.name);
    }
    Object schema{{"title", address_of(table.name)}, {"description", table.doc}, {"type", "object"}};
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
    return schema;
  }

  // Beside other words, a `$ref` of draft 7 stands in `allOf`.
  Object reference(const Table& table, bool partial) {
    const auto known = addresses_.find({&table, partial});
    if (known != addresses_.end()) return {{"$ref", "#/definitions/" + known->second}};
    std::string address = address_of(table.name) + (partial ? "-extending" : "");
    while (definitions_.contains(address)) address += "-2";
    addresses_[{&table, partial}] = address;
    definitions_[address] = nullptr;  // its place among the others
    definitions_[address] = body(table, partial);
    return {{"$ref", "#/definitions/" + address}};
  }

  Object value_of(const Field& field, bool partial) {
    switch (row_of(field.type).shape) {
      case Shape::scalar:
        return scalar(field);
      case Shape::list:
        return list(field, partial);
      case Shape::map:
        return {{"type", "object"}, {"additionalProperties", scalar(Type::text)}};
      case Shape::record:
        return {{"allOf", Object::array({reference(*field.table, partial)})}};
      case Shape::records:
        return {{"type", "array"}, {"items", reference(*field.table, false)}};
      case Shape::choice:
        return choice(field, partial);
      case Shape::choices:
        return {{"type", "array"}, {"items", choice(field, false)}};
    }
    return {};
  }

  static Object list(const Field& field, bool partial) {
    const Object whole{{"type", "array"}, {"items", scalar(row_of(field.type).item)}};
    if (!partial) return whole;
    const Object edit{{"type", "object"},
                      {"properties", {{"append", whole}, {"remove", whole}}},
                      {"minProperties", 1},
                      {"additionalProperties", false}};
    return {{"anyOf", Object::array({whole, edit})}};
  }

  // NAME alone, or `NAME:` with nothing behind it, where it needs no fields; else {NAME: {fields}}.
  Object choice(const Field& field, bool partial) {
    Object names = Object::array();
    Object properties = Object::object();
    for (const Alternative& each : field.choices) {
      Object fields = reference(*each.table, partial);
      if (partial || needs_nothing(*each.table)) {
        names.push_back(each.name);
        fields = {{"anyOf", Object::array({fields, {{"type", "null"}}})}};
      }
      fields["description"] = each.table->doc;
      properties[std::string(each.name)] = std::move(fields);
    }
    Object ways = Object::array();
    if (!names.empty()) ways.push_back({{"enum", names}});
    ways.push_back({{"type", "object"},
                    {"properties", std::move(properties)},
                    {"minProperties", 1},
                    {"maxProperties", 1},
                    {"additionalProperties", false}});
    return {{"anyOf", std::move(ways)}};
  }

  Object definitions_ = Object::object();
  std::map<std::pair<const Table*, bool>, std::string> addresses_;
};

}  // namespace

nlohmann::ordered_json json_schema(const Table& table) { return Writer().whole(table); }

}  // namespace kjx::schema
