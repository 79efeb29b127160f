#include <algorithm>

#include "store/manifest.h"

namespace kjx::store {
namespace {

// Which suffixes of the path (by where they start, 0 ... size) some suffix of the pattern matches.
using Suffixes = std::vector<bool>;

bool at_component_end(std::string_view path, std::size_t at) { return at == path.size() || path[at] == '/'; }

// A component star: whole folders, none included. Only asked for where a component starts.
Suffixes after_folders(std::string_view path, const Suffixes& rest) {
  Suffixes result = rest;
  bool below = false;  // does the rest match below the next slash?
  for (std::size_t at = path.size(); at-- > 0;) {
    if (path[at] == '/') below = result[at + 1];
    result[at] = result[at] || below;
  }
  return result;
}

Suffixes after_star(std::string_view path, const Suffixes& rest, bool crosses_slash) {
  Suffixes result = rest;
  for (std::size_t at = path.size(); at-- > 0;) {
    if (crosses_slash || path[at] != '/') result[at] = result[at] || result[at + 1];
  }
  return result;
}

Suffixes after_byte(std::string_view path, const Suffixes& rest, char byte) {
  Suffixes result(path.size() + 1, false);
  for (std::size_t at = 0; at < path.size(); ++at) {
    result[at] = rest[at + 1] && (byte == '?' ? path[at] != '/' : path[at] == byte);
  }
  return result;
}

// Takes the pattern's last element off and says what it and everything after it match.
Suffixes with_last_element(std::string_view& pattern, std::string_view path, const Suffixes& rest) {
  const std::size_t size = pattern.size();
  if (pattern == "**/" || pattern.ends_with("/**/")) {
    pattern.remove_suffix(3);
    return after_folders(path, rest);
  }
  if (pattern.ends_with("*")) {
    const std::size_t stars = size - (pattern.find_last_not_of('*') + 1);
    pattern.remove_suffix(stars);
    return after_star(path, rest, stars > 1);
  }
  const char byte = pattern.back();
  pattern.remove_suffix(1);
  return after_byte(path, rest, byte);
}

}  // namespace

// From the pattern's end to its beginning, so that the time is the product of both lengths, whatever the stars.
bool matches(std::string_view pattern, std::string_view path) {
  while (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  if (pattern.empty()) return false;
  Suffixes suffixes(path.size() + 1);
  for (std::size_t at = 0; at <= path.size(); ++at) suffixes[at] = at_component_end(path, at);
  while (!pattern.empty()) suffixes = with_last_element(pattern, path, suffixes);
  return suffixes[0];
}

}  // namespace kjx::store
