#include "schema/options.h"

namespace kjx::schema {

namespace {

void add(const Table& table, const std::string& prefix, std::vector<Option>& all) {
  for (const Field& field : table.fields) {
    const auto path = prefix + "." + std::string(field.name);
    all.push_back({path, &field});
    if (field.table != nullptr) add(*field.table, path, all);
    for (const Alternative& each : field.choices) add(*each.table, path + "." + std::string(each.name), all);
  }
}

}  // namespace

std::vector<Option> options(const Table& table, const std::string& name) {
  std::vector<Option> all;
  add(table, name, all);
  return all;
}

}  // namespace kjx::schema
