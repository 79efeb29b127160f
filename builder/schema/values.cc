#include "schema/values.h"

#include <fmt/format.h>

#include "schema/types.h"

namespace kjx::schema {

namespace {

class Rows {
 public:
  void record(const Record& record, const std::string& prefix) {
    if (record.table == nullptr) return;
    for (const Field& field : record.table->fields) {
      const auto name = prefix + std::string(field.name);
      const auto found = record.values.find(field.name);
      if (found != record.values.end()) {
        std::visit([&](const auto& value) { this->value(field, name, value); }, found->second);
      } else if (!field.fallback.empty()) {
        rows.push_back({name, std::string(field.fallback), {}});
      }
    }
  }

  std::vector<ValueRow> rows;

 private:
  void value(const Field&, const std::string& name, const Located<std::string>& text) {
    rows.push_back({name, *text, text.where});
  }

  void value(const Field&, const std::string& name, const ListEdit& list) {
    const auto before = rows.size();
    for (const auto& item : list.items) {
      const bool continues = rows.size() > before && same_line(rows.back().where, item.where);
      if (continues) {
        rows.back().value += ", " + *item;
      } else {
        rows.push_back({name, *item, item.where});
      }
    }
  }

  void value(const Field&, const std::string& name, const Pairs& pairs) {
    for (const auto& [key, text] : pairs) rows.push_back({fmt::format("{}.{}", name, *key), *text, text.where});
  }

  void value(const Field& field, const std::string& name, const std::vector<Record>& records) {
    if (row_of(field.type).shape == Shape::record) return record(records.front(), name + ".");
    for (std::size_t i = 0; i < records.size(); ++i) record(records[i], fmt::format("{}[{}].", name, i + 1));
  }

  void value(const Field& field, const std::string& name, const std::vector<Chosen>& chosen) {
    const bool one = row_of(field.type).shape == Shape::choice;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto path = one ? name : fmt::format("{}[{}]", name, i + 1);
      rows.push_back({path, *chosen[i].name, chosen[i].name.where});
      record(chosen[i].record, fmt::format("{}.{}.", path, *chosen[i].name));
    }
  }

  static bool same_line(const Location& a, const Location& b) { return a.file == b.file && a.line == b.line; }
};

}  // namespace

std::vector<ValueRow> value_rows(const Record& record) {
  Rows read;
  read.record(record, "");
  return std::move(read.rows);
}

}  // namespace kjx::schema
