#include "yaml/tree.h"

#include <fmt/format.h>

#include <algorithm>

namespace kjx::yaml {

namespace {

Failure too_much(const Location& where, std::string message) {
  return Failure({.kind = Kind::yaml_limit,
                  .where = where,
                  .message = std::move(message),
                  .help = "each alias counts as a copy of what it stands for"});
}

}  // namespace

void Tree::leaf(Node node, Anchor anchor) {
  const Weight weight{1, node.scalar.size(), 0};
  count(weight, node.where);
  put(std::move(node), anchor, weight);
}

void Tree::open(Node node, Anchor anchor) {
  count({1, 0, 1}, node.where);
  frames_.push_back({.node = std::move(node), .anchor = anchor, .weight = {1, 0, 1}});
}

void Tree::close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.node.kind == Node::Kind::map) refuse_duplicates(frame.node);
  put(std::move(frame.node), frame.anchor, frame.weight);
}

void Tree::alias(const Location& where, Anchor anchor) {
  // The parser knows the name from its first mention on; the node is known only when it has ended.
  if (anchor >= anchors_.size() || anchors_[anchor].weight.nodes == 0) {
    throw Failure({.kind = Kind::yaml_syntax, .where = where, .message = "an alias inside what it stands for"});
  }
  const Anchored& meant = anchors_[anchor];
  count(meant.weight, where);  // before copying: that is what a bomb would have us do
  put(meant.node, 0, meant.weight);
}

Location Tree::context() const {
  if (frames_.empty()) return {};
  return frames_.back().has_key ? frames_.back().key.where : frames_.back().node.where;
}

bool Tree::in_sequence() const { return !frames_.empty() && frames_.back().node.kind == Node::Kind::sequence; }

void Tree::count(const Weight& weight, const Location& where) {
  if (static_cast<int>(frames_.size()) + weight.height > limits_.depth) {
    throw Failure({.kind = Kind::yaml_limit,
                   .where = where,
                   .message = fmt::format("lists and maps are nested more than {} deep", limits_.depth)});
  }
  total_.nodes += weight.nodes;
  total_.bytes += weight.bytes;
  if (total_.nodes > limits_.nodes) {
    throw too_much(where, fmt::format("the file holds more than {} values", limits_.nodes));
  }
  if (total_.bytes > limits_.bytes) {
    throw too_much(where, fmt::format("the file holds more than {} bytes of text", limits_.bytes));
  }
}

void Tree::put(Node node, Anchor anchor, const Weight& weight) {
  if (anchor != 0) {
    count({weight.nodes, weight.bytes, 0}, node.where);  // the copy kept for aliases
    if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
    anchors_[anchor] = {node, weight};
  }
  if (frames_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& frame = frames_.back();
  frame.weight.nodes += weight.nodes;
  frame.weight.bytes += weight.bytes;
  frame.weight.height = std::max(frame.weight.height, weight.height + 1);
  put_in(frame, std::move(node));
}

void Tree::put_in(Frame& frame, Node node) {
  if (frame.node.kind == Node::Kind::sequence) {
    frame.node.items.push_back(std::move(node));
  } else if (frame.has_key) {
    frame.node.entries.push_back({std::move(frame.key), std::move(node)});
    frame.has_key = false;
  } else if (node.kind == Node::Kind::scalar) {
    frame.key = std::move(node);
    frame.has_key = true;
  } else {
    throw Failure({.kind = Kind::yaml_syntax,
                   .where = node.where,
                   .message = "a key must be text",
                   .help = "quote it, if text is what it is"});
  }
}

// By sorting, as a map may have a hundred thousand keys.
void Tree::refuse_duplicates(const Node& map) {
  std::vector<const Node*> keys;
  keys.reserve(map.entries.size());
  for (const auto& [key, value] : map.entries) keys.push_back(&key);
  std::stable_sort(keys.begin(), keys.end(), [](const Node* a, const Node* b) { return a->scalar < b->scalar; });
  const Node* first = nullptr;
  for (const Node* key : keys) {
    if (first != nullptr && first->scalar == key->scalar) {
      diagnostics_.add({.kind = Kind::duplicate_key,
                        .where = key->where,
                        .message = fmt::format("'{}' is given twice", key->scalar),
                        .notes = {{first->where, "first given here"}}});
    } else {
      first = key;
    }
  }
}

}  // namespace kjx::yaml
