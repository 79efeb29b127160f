#include <charconv>
#include <nlohmann/json.hpp>

#include "schema/schema.h"
#include "schema/types.h"

namespace kjx::schema {

namespace {

// The field's value, if it was written and is of this kind.
template <typename T>
const T* get(const Record& record, std::string_view field) {
  const auto found = record.values.find(field);
  return found == record.values.end() ? nullptr : std::get_if<T>(&found->second);
}

std::string fallback_of(const Record& record, std::string_view name) {
  const Field* const field = record.table == nullptr ? nullptr : find_field(*record.table, name);
  if (field == nullptr || field->fallback.empty()) return "";
  return row_of(field->type).canonical(field->fallback).value();
}

std::int64_t value_of_digits(std::string_view text, int base) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

nlohmann::json scalar_json(const Field& field, const std::string& text) {
  const TypeRow& row = row_of(field.type);
  if (row.json == Json::number) return value_of_digits(text, row.base);
  if (row.json == Json::boolean) return text == "true";
  return text;
}

// One overload for each kind of value.
struct ToJson {
  const Field& field;

  nlohmann::json operator()(const Located<std::string>& text) const { return scalar_json(field, *text); }
  nlohmann::json operator()(const ListEdit& list) const {
    nlohmann::json array = nlohmann::json::array();
    for (const auto& item : list.items) array.push_back(*item);
    return array;
  }
  nlohmann::json operator()(const Pairs& pairs) const {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [key, value] : pairs) object[*key] = *value;
    return object;
  }
  nlohmann::json operator()(const std::vector<Record>& records) const {
    if (row_of(field.type).shape == Shape::record) return records.front().json();
    nlohmann::json array = nlohmann::json::array();
    for (const Record& record : records) array.push_back(record.json());
    return array;
  }
  nlohmann::json operator()(const std::vector<Chosen>& chosen) const {
    nlohmann::json array = nlohmann::json::array();
    for (const Chosen& one : chosen) array.push_back({{*one.name, one.record.json()}});
    return row_of(field.type).shape == Shape::choice ? array.front() : array;
  }
};

struct ToWhere {
  const Location& otherwise;

  Location operator()(const Located<std::string>& text) const { return text.where; }
  Location operator()(const ListEdit& list) const {
    for (const auto* items : {&list.items, &list.append, &list.remove}) {
      if (!items->empty()) return items->front().where;
    }
    return otherwise;
  }
  Location operator()(const Pairs& pairs) const { return pairs.empty() ? otherwise : pairs.front().first.where; }
  Location operator()(const std::vector<Record>& records) const {
    return records.empty() ? otherwise : records.front().where;
  }
  Location operator()(const std::vector<Chosen>& chosen) const {
    return chosen.empty() ? otherwise : chosen.front().name.where;
  }
};

}  // namespace

bool Record::has(std::string_view field) const { return values.find(field) != values.end(); }

Located<std::string> Record::text(std::string_view field) const {
  const auto* const written = get<Located<std::string>>(*this, field);
  return written != nullptr ? *written : Located<std::string>(fallback_of(*this, field), where);
}

std::int64_t Record::number(std::string_view field) const {
  const Field* const known = table == nullptr ? nullptr : find_field(*table, field);
  return value_of_digits(*text(field), known == nullptr ? 10 : row_of(known->type).base);
}

bool Record::flag(std::string_view field) const { return *text(field) == "true"; }

std::vector<Located<std::string>> Record::list(std::string_view field) const {
  const auto* const written = get<ListEdit>(*this, field);
  return written != nullptr ? written->items : std::vector<Located<std::string>>{};
}

const ListEdit* Record::list_edit(std::string_view field) const { return get<ListEdit>(*this, field); }

Pairs Record::map(std::string_view field) const {
  const auto* const written = get<Pairs>(*this, field);
  return written != nullptr ? *written : Pairs{};
}

const Record* Record::record(std::string_view field) const {
  const auto* const written = get<std::vector<Record>>(*this, field);
  return written != nullptr && !written->empty() ? &written->front() : nullptr;
}

std::vector<Record> Record::records(std::string_view field) const {
  const auto* const written = get<std::vector<Record>>(*this, field);
  return written != nullptr ? *written : std::vector<Record>{};
}

const Chosen* Record::choice(std::string_view field) const {
  const auto* const written = get<std::vector<Chosen>>(*this, field);
  return written != nullptr && !written->empty() ? &written->front() : nullptr;
}

std::vector<Chosen> Record::choices(std::string_view field) const {
  const auto* const written = get<std::vector<Chosen>>(*this, field);
  return written != nullptr ? *written : std::vector<Chosen>{};
}

Location Record::where_of(std::string_view field) const {
  const auto found = values.find(field);
  return found == values.end() ? where : std::visit(ToWhere{where}, found->second);
}

nlohmann::json Record::json() const {
  nlohmann::json object = nlohmann::json::object();
  if (table == nullptr) return object;
  for (const Field& field : table->fields) {
    const auto found = values.find(field.name);
    if (found != values.end()) {
      object[std::string(field.name)] = std::visit(ToJson{field}, found->second);
    } else if (!field.fallback.empty()) {
      object[std::string(field.name)] = scalar_json(field, fallback_of(*this, field.name));
    }
  }
  return object;
}

}  // namespace kjx::schema
