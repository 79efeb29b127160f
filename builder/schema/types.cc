#include "schema/types.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>

#include "base/digest.h"

namespace kjx::schema {

namespace {

using Canonical = std::optional<std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// All of `text` in digits of `base`, without a sign.
std::optional<std::int64_t> number_of(std::string_view text, int base = 10) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || text[0] == '-' || error != std::errc() || rest != end) return std::nullopt;
  return value;
}

Canonical any_text(std::string_view text) { return std::string(text); }

Canonical name_text(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (text.empty() || text.size() > longest || !(is_letter(text[0]) || is_digit(text[0]))) return std::nullopt;
  const auto allowed = [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("._+-").find(c) != std::string_view::npos;
  };
  return std::all_of(text.begin(), text.end(), allowed) ? Canonical(text) : std::nullopt;
}

Canonical path_text(std::string_view text) {
  if (!text.starts_with('/') || text.find('\0') != std::string_view::npos) return std::nullopt;
  if (text == "/") return std::string(text);
  for (std::string_view rest = text; !rest.empty();) {
    rest.remove_prefix(1);
    const std::string_view component = rest.substr(0, rest.find('/'));
    if (component.empty() || component == "." || component == "..") return std::nullopt;
    rest.remove_prefix(component.size());
  }
  return std::string(text);
}

// No leading zeros: whether 010 is eight or ten is what YAML's versions disagree on.
Canonical integer_text(std::string_view text) {
  const bool padded = text.size() > 1 && text[0] == '0';
  return number_of(text) && !padded ? Canonical(text) : std::nullopt;
}

Canonical boolean_text(std::string_view text) {
  return text == "true" || text == "false" ? Canonical(text) : std::nullopt;
}

Canonical size_text(std::string_view text) {
  constexpr std::string_view units = "KMGT";
  int shift = 0;
  const std::size_t unit = text.empty() ? std::string_view::npos : units.find(text.back());
  if (unit != std::string_view::npos) {
    shift = 10 * (static_cast<int>(unit) + 1);
    text.remove_suffix(1);
  }
  const std::optional<std::int64_t> count = number_of(text);
  if (!count || *count > std::numeric_limits<std::int64_t>::max() >> shift) return std::nullopt;
  return std::to_string(*count << shift);
}

Canonical digest_text(std::string_view text) {
  const std::optional<Digest> digest = Digest::parse(text);
  return digest ? Canonical(digest->hex()) : std::nullopt;
}

Canonical mode_text(std::string_view text) {
  if (text.starts_with("0o")) text.remove_prefix(2);  // as YAML 1.2 writes octal numbers
  const std::optional<std::int64_t> bits = number_of(text, 8);
  return bits && *bits <= 07777 && text.size() <= 5 ? Canonical(fmt::format("{:04o}", *bits)) : std::nullopt;
}

// ISO 8601 in UTC, to the second. No other form, and no zone: two people must mean the same by it.
Canonical time_text(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t at, std::size_t digits) {
    return static_cast<int>(*number_of(text.substr(at, digits)));
  };
  using namespace std::chrono;
  const year_month_day day(year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                           std::chrono::day(static_cast<unsigned>(part(8, 2))));
  const int hour = part(11, 2);
  const int minute = part(14, 2);
  const int second = part(17, 2);
  if (!day.ok() || day.year() < year(1970) || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto since = sys_days(day).time_since_epoch() + hours(hour) + minutes(minute) + seconds(second);
  return std::to_string(duration_cast<seconds>(since).count());
}

constexpr std::string_view text_or_number = "string number boolean";
constexpr std::string_view whole_number = "string integer";
constexpr std::string_view name_form = "^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$";
constexpr std::string_view path_form = "^(/|(/(?![.]{1,2}(/|$))[^/]+)+)$";
constexpr std::string_view mode_form = "^(0o)?0?[0-7]{1,4}$";
constexpr std::string_view time_form =
    "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}Z$";

constexpr TypeRow rows[] = {
    {Type::text, Shape::scalar, "text", "text", any_text},
    {Type::name, Shape::scalar, "name", "a name (letters, digits and . _ + -, at most 64)", name_text, Json::text, 10,
     Type::text, text_or_number, name_form},
    {Type::path, Shape::scalar, "path", "an absolute path without '.', '..' or a '/' too many", path_text, Json::text,
     10, Type::text, "string", path_form},
    {Type::word, Shape::scalar, "word", "one of the words", any_text},
    {Type::integer, Shape::scalar, "integer", "a whole number", integer_text, Json::number, 10, Type::text,
     whole_number, "^(0|[1-9][0-9]*)$"},
    {Type::boolean, Shape::scalar, "true or false", "true or false", boolean_text, Json::boolean, 10, Type::text,
     "boolean string", "^(true|false)$"},
    {Type::size, Shape::scalar, "size", "a size in bytes like 512, 16K, 8M or 1G", size_text, Json::number, 10,
     Type::text, whole_number, "^[0-9]+[KMGT]?$"},
    {Type::digest, Shape::scalar, "sha256", "64 hexadecimal digits", digest_text, Json::text, 10, Type::text,
     whole_number, "^[0-9A-Fa-f]{64}$"},
    {Type::mode, Shape::scalar, "mode", "permission bits in octal, like 0755", mode_text, Json::number, 8, Type::text,
     whole_number, mode_form},
    {Type::time, Shape::scalar, "time", "a time like 2026-01-31T12:00:00Z", time_text, Json::number, 10, Type::text,
     "string", time_form},
    {Type::list, Shape::list, "list", "a list"},
    {Type::names, Shape::list, "list of names", "a list of names", nullptr, Json::text, 10, Type::name},
    {Type::map, Shape::map, "map", "a map"},
    {Type::record, Shape::record, "map", "a map"},
    {Type::records, Shape::records, "list of maps", "a list of maps"},
    {Type::choice, Shape::choice, "one of", "a name or a map {NAME: {...}}"},
    {Type::choices, Shape::choices, "list of", "a list"},
};

}  // namespace

const TypeRow& row_of(Type type) {
  return *std::find_if(std::begin(rows), std::end(rows), [&](const TypeRow& row) { return row.type == type; });
}

const Field* find_field(const Table& table, std::string_view name) {
  const auto found =
      std::find_if(table.fields.begin(), table.fields.end(), [&](const Field& field) { return field.name == name; });
  return found == table.fields.end() ? nullptr : &*found;
}

}  // namespace kjx::schema
