#include <fmt/format.h>

#include <algorithm>

#include "schema/messages.h"
#include "schema/schema.h"
#include "schema/types.h"

namespace kjx::schema {

namespace {

using Items = std::vector<Located<std::string>>;

bool same_text(const Located<std::string>& a, const Located<std::string>& b) { return *a == *b; }

// Lays the value written above over the one below; an overload for each kind of value, called with both of one kind.
class Layer {
 public:
  Layer(const Field& field, Diagnostics& diagnostics) : field_(field), diagnostics_(diagnostics) {}

  Record::Value operator()(const Located<std::string>&, const Located<std::string>& over) const { return over; }

  Record::Value operator()(const ListEdit& base, const ListEdit& over) const {
    if (!over.edit) return over;
    ListEdit result{.items = base.items};
    for (const auto& item : over.remove) remove(result.items, item, base.items);
    result.items.insert(result.items.end(), over.append.begin(), over.append.end());
    return result;
  }

  Record::Value operator()(const Pairs& base, const Pairs& over) const {
    Pairs result = base;
    for (const auto& pair : over) {
      const auto same = std::ranges::find_if(result, [&](const auto& old) { return same_text(old.first, pair.first); });
      if (same != result.end()) {
        *same = pair;
      } else {
        result.push_back(pair);
      }
    }
    return result;
  }

  Record::Value operator()(const std::vector<Record>& base, const std::vector<Record>& over) const {
    if (row_of(field_.type).shape != Shape::record) return over;
    return std::vector<Record>{extend(base.front(), over.front(), diagnostics_)};
  }

  Record::Value operator()(const std::vector<Chosen>& base, const std::vector<Chosen>& over) const {
    const bool merges = row_of(field_.type).shape == Shape::choice && same_text(base.front().name, over.front().name);
    if (!merges) return over;
    return std::vector<Chosen>{{over.front().name, extend(base.front().record, over.front().record, diagnostics_)}};
  }

  // Both come from one table, so this is never called; it only makes the visitor whole.
  template <typename Base, typename Over>
  Record::Value operator()(const Base&, const Over& over) const {
    return over;
  }

 private:
  void remove(Items& items, const Located<std::string>& item, const Items& all) const {
    const auto found = std::ranges::find_if(items, [&](const auto& other) { return same_text(other, item); });
    if (found != items.end()) {
      items.erase(found);
      return;
    }
    std::vector<std::string> words;
    for (const auto& other : all) words.push_back(*other);
    Diagnostic diagnostic{.kind = Kind::bad_value,
                          .where = item.where,
                          .message = fmt::format("cannot remove '{}' from '{}': it is not there", *item, field_.name),
                          .help = did_you_mean(*item, words)};
    if (!all.empty()) diagnostic.notes.push_back({all.front().where, "the list begins here"});
    diagnostics_.add(std::move(diagnostic));
  }

  const Field& field_;
  Diagnostics& diagnostics_;
};

void check_value(const Field& field, const Record& record, const Record::Value& value, Diagnostics& diagnostics) {
  if (const auto* list = std::get_if<ListEdit>(&value); list != nullptr && list->edit) {
    diagnostics.add(edit_without_extends(field, record.where_of(field.name)));
  }
  if (const auto* records = std::get_if<std::vector<Record>>(&value)) {
    for (const Record& nested : *records) require_complete(nested, diagnostics);
  }
  if (const auto* chosen = std::get_if<std::vector<Chosen>>(&value)) {
    for (const Chosen& one : *chosen) require_complete(one.record, diagnostics);
  }
}

}  // namespace

Record extend(const Record& base, const Record& over, Diagnostics& diagnostics) {
  Record result = over;
  for (const auto& [name, below] : base.values) {
    const auto above = result.values.find(name);
    if (above == result.values.end()) {
      result.values.emplace(name, below);
    } else if (const Field* field = find_field(*over.table, name)) {
      above->second = std::visit(Layer(*field, diagnostics), below, over.values.find(name)->second);
    }
  }
  // Edits of lists that the base does not have.
  for (auto& [name, value] : result.values) {
    const auto* list = std::get_if<ListEdit>(&value);
    const Field* const field = find_field(*over.table, name);
    const bool is_left = list != nullptr && list->edit && !base.has(name) && field != nullptr;
    if (is_left) value = Layer(*field, diagnostics)(ListEdit{}, ListEdit(*list));
  }
  return result;
}

void require_complete(const Record& record, Diagnostics& diagnostics) {
  if (record.table == nullptr) return;
  for (const Field& field : record.table->fields) {
    const auto found = record.values.find(field.name);
    if (found != record.values.end()) {
      check_value(field, record, found->second, diagnostics);
    } else if (field.required) {
      diagnostics.add(missing_key(*record.table, field, record.where));
    }
  }
}

}  // namespace kjx::schema
