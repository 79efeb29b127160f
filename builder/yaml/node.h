// An immutable YAML tree in which every value remembers its line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diag/diagnostic.h"
#include "diag/location.h"

namespace kjx::yaml {

struct Node {
  struct Entry;  // of a map: key and value
  enum class Kind { null, scalar, sequence, map };
  Kind kind = Kind::null;
  Location where;
  std::string scalar;          // Kind::scalar
  bool quoted = false;         // was written in quotes or as a block: always text
  std::vector<Node> items;     // Kind::sequence
  std::vector<Entry> entries;  // Kind::map, in the author's order; keys are scalars, unique

  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Node::Entry {
  Node first;
  Node second;
};

// What is still YAML that a person writes.
struct Limits {
  std::size_t bytes = 4u << 20;
  int depth = 64;
  std::size_t nodes = 200'000;  // after expansion of aliases
};

// The document's root; an empty file gives a null node. Errors go to `diagnostics` (then nothing is returned).
// Refused: more than one document, non-scalar keys, duplicate keys, unknown aliases, tags other than the core ones,
// NUL bytes, text that is not UTF-8, tabs used for indentation, and whatever exceeds the limits.
std::optional<Node> parse(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics,
                          const Limits& limits = {});

}  // namespace kjx::yaml
