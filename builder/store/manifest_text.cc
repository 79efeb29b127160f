// A manifest as text. It is hashed, compared and kept, so one tree has one text: parse() takes back exactly what text()
// writes and nothing that merely means the same.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "store/manifest.h"

namespace kjx::store {
namespace {

constexpr std::string_view type_letters = "fdlcbp";  // in the order of Entry::Type

bool is_device(const Entry& entry) { return entry.type == Entry::Type::character || entry.type == Entry::Type::block; }

void append_escaped(std::string& out, std::string_view name) {
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == '\\' || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
}

void append_content(std::string& out, const Entry& entry) {
  if (entry.type == Entry::Type::file) {
    fmt::format_to(std::back_inserter(out), "{} {}", entry.digest.hex(), entry.size);
  } else if (is_device(entry)) {
    fmt::format_to(std::back_inserter(out), "{}:{} -", entry.major, entry.minor);
  } else {
    out += "- -";
  }
}

void append_line(std::string& out, const Entry& entry) {
  if (!valid_path(entry.path)) throw std::invalid_argument("not a path of a manifest: '" + entry.path + "'");
  fmt::format_to(std::back_inserter(out), "{} {:04o} {}:{} ", type_letters[static_cast<std::size_t>(entry.type)],
                 entry.mode, entry.uid, entry.gid);
  append_content(out, entry);
  out += ' ';
  append_escaped(out, entry.path);
  if (entry.type == Entry::Type::symlink) {
    out += ' ';
    append_escaped(out, entry.target);
  }
  out += '\n';
}

// The text up to `end`, taken off `text` with the `end` itself; all of it when there is no `end`.
std::string_view take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto piece = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return piece;
}

template <typename Number>
bool parse_number(std::string_view text, Number& number, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc{} && end == text.data() + text.size();
}

bool parse_pair(std::string_view text, std::uint32_t& first, std::uint32_t& second) {
  const auto left = take_until(text, ':');
  return parse_number(left, first) && parse_number(text, second);
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string name;
  while (!text.empty()) {
    if (text.front() != '\\') {
      name += text.front();
      text.remove_prefix(1);
      continue;
    }
    unsigned char byte = 0;
    if (text.size() < 4 || text[1] != 'x' || !parse_number(text.substr(2, 2), byte, 16)) return std::nullopt;
    name += static_cast<char>(byte);
    text.remove_prefix(4);
  }
  return name;
}

bool parse_content(std::string_view content, std::string_view size, Entry& entry) {
  if (is_device(entry)) return parse_pair(content, entry.major, entry.minor);
  if (entry.type != Entry::Type::file) return content == "-";
  const auto digest = Digest::parse(content);
  if (digest) entry.digest = *digest;
  return digest && parse_number(size, entry.size);
}

bool parse_names(std::string_view path, std::string_view target, Entry& entry) {
  auto path_bytes = unescaped(path);
  auto target_bytes = unescaped(target);
  if (!path_bytes || !valid_path(*path_bytes) || !target_bytes) return false;
  if (target_bytes->empty() == (entry.type == Entry::Type::symlink)) return false;
  entry.path = std::move(*path_bytes);
  entry.target = std::move(*target_bytes);
  return true;
}

std::optional<Entry> parse_line(std::string_view line) {
  std::array<std::string_view, 7> fields;
  for (auto& field : fields) field = take_until(line, ' ');
  const auto [letter, mode, owner, content, size, path, target] = fields;
  const auto type = type_letters.find(letter);
  if (letter.size() != 1 || type == std::string_view::npos) return std::nullopt;
  Entry entry;
  entry.type = static_cast<Entry::Type>(type);
  const bool good = parse_number(mode, entry.mode, 8) && entry.mode <= 07777 &&
                    parse_pair(owner, entry.uid, entry.gid) && parse_content(content, size, entry) &&
                    parse_names(path, target, entry);
  return good ? std::optional(std::move(entry)) : std::nullopt;
}

}  // namespace

std::string Manifest::text() const {
  std::vector<const Entry*> sorted;
  sorted.reserve(entries_.size());
  for (const Entry& entry : entries_) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, &Entry::path);
  const auto same_path = [](const Entry* a, const Entry* b) { return a->path == b->path; };
  const auto twice = std::ranges::adjacent_find(sorted, same_path);
  if (twice != sorted.end()) throw std::invalid_argument("twice in one manifest: '" + (*twice)->path + "'");
  std::string out;
  for (const Entry* entry : sorted) append_line(out, *entry);
  return out;
}

std::optional<Manifest> Manifest::parse(std::string_view text) {
  Manifest manifest;
  for (std::string_view rest = text; !rest.empty();) {
    auto entry = parse_line(take_until(rest, '\n'));
    if (!entry) return std::nullopt;
    // Strictly ascending: text() sorts, and no path stands twice.
    if (!manifest.entries_.empty() && manifest.entries_.back().path >= entry->path) return std::nullopt;
    manifest.add(std::move(*entry));
  }
  // Other spellings of the same numbers, a missing last newline, further fields: not what text() writes.
  if (manifest.text() != text) return std::nullopt;
  return manifest;
}

}  // namespace kjx::store
