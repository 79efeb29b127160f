// Field tables. One table drives parsing, errors, `kjx help` and the reference.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "diag/diagnostic.h"
#include "yaml/node.h"

namespace kjx::schema {

enum class Type {
  text,     // any scalar
  name,     // [A-Za-z0-9][A-Za-z0-9._+-]*, at most 64 characters
  path,     // absolute path in the image, normal form
  word,     // one of Field::words
  integer,  // decimal; no sign below 0
  boolean,  // true | false
  size,     // bytes: 512, 16K, 8M, 1G (powers of 1024)
  digest,   // 64 hexadecimal digits
  mode,     // octal permission bits, quoted or not: "0755"
  time,     // 2026-01-31T12:00:00Z
  list,     // list of text; a recipe that `extends:` may write {append: [...], remove: [...]}
  names,    // list of names, likewise
  map,      // text -> text
  record,   // one nested table
  records,  // list of nested tables
  choice,   // NAME or {NAME: {fields}}: one of Field::choices
  choices,  // list of those
};

struct Table;

inline constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();

// A named alternative with fields of its own, such as a build style or an output format.
struct Alternative {
  std::string_view name;
  const Table* table;
};

struct Field {
  std::string_view name;
  Type type;
  std::string_view doc;  // one sentence, for help and reference
  bool required = false;
  std::string_view fallback = {};            // shown in help, and used when absent (scalars only; "" = none)
  std::vector<std::string_view> words = {};  // Type::word
  const Table* table = nullptr;              // Type::record, Type::records
  std::vector<Alternative> choices = {};     // Type::choice, Type::choices
  std::int64_t least = 0;                    // Type::integer, Type::size
  std::int64_t most = unbounded;             // likewise
};

struct Table {
  std::string_view name;  // with article as messages say it: "a package"
  std::string_view doc;
  std::vector<Field> fields;
};

class Record;

struct ListEdit {                            // a list as written
  std::vector<Located<std::string>> items;   // the whole list, when `edit` is false
  std::vector<Located<std::string>> append;  // {append: ...}
  std::vector<Located<std::string>> remove;  // {remove: ...}
  bool edit = false;
};
struct Chosen;
using Pairs = std::vector<std::pair<Located<std::string>, Located<std::string>>>;

// A map read through a table. Scalars are kept as checked text in canonical form (sizes and times as plain decimal
// numbers of bytes and of seconds since 1970); absent ones read as their fallback.
class Record {
 public:
  Location where;
  const Table* table = nullptr;

  [[nodiscard]] bool has(std::string_view field) const;                   // written by the author
  [[nodiscard]] Located<std::string> text(std::string_view field) const;  // "" when absent without fallback
  [[nodiscard]] std::int64_t number(std::string_view field) const;        // integer, size, mode, time
  [[nodiscard]] bool flag(std::string_view field) const;
  [[nodiscard]] std::vector<Located<std::string>> list(std::string_view field) const;
  [[nodiscard]] const ListEdit* list_edit(std::string_view field) const;
  [[nodiscard]] Pairs map(std::string_view field) const;
  [[nodiscard]] const Record* record(std::string_view field) const;
  [[nodiscard]] std::vector<Record> records(std::string_view field) const;
  [[nodiscard]] const Chosen* choice(std::string_view field) const;
  [[nodiscard]] std::vector<Chosen> choices(std::string_view field) const;
  // Where the field's value stands; the record itself when absent.
  [[nodiscard]] Location where_of(std::string_view field) const;

  // What goes into an action's description: fields written or with a fallback, without locations; absent ones are left
  // out, so that a new optional field changes no action. Numbers (integer, size, mode, time) and booleans are JSON's
  // own, lists are arrays of strings, maps and records objects, a choice is {NAME: {fields}}.
  [[nodiscard]] nlohmann::json json() const;

  using Value = std::variant<Located<std::string>, ListEdit, Pairs, std::vector<Record>, std::vector<Chosen>>;
  std::map<std::string, Value, std::less<>> values;
};

struct Chosen {
  Located<std::string> name;
  Record record;
};

// Reads `node` through `table`. Every error is added; the record holds whatever was right.
// A record with a field `extends` written may edit lists and leave required fields out; so may the records and the
// choice in it, but not the items of `records` and `choices`, which are replaced as a whole.
Record read(const yaml::Node& node, const Table& table, Diagnostics& diagnostics);

// `over` laid over `base`: written fields replace, list edits apply (first `remove`, then `append`), maps merge by key,
// records merge field by field, and so does a choice of the same name. Removing an item that is not there is an error.
Record extend(const Record& base, const Record& over, Diagnostics& diagnostics);

// After `extend`: every required field is there and no list edit is left.
void require_complete(const Record& record, Diagnostics& diagnostics);

// A field's type and whether it may be absent, in words: "list of names", "login | none"; "required", "default 64M".
[[nodiscard]] std::string type_text(const Field& field);
[[nodiscard]] std::string state_text(const Field& field);

// The table as help text and as part of the reference: a row per field, nested tables indented below theirs, each table
// once. Alternatives are only named: each has a page of its own.
[[nodiscard]] std::string help(const Table& table);

}  // namespace kjx::schema
