// Grows a Node tree from a parser's events and holds the limits while it grows.
#pragma once

#include <vector>

#include "yaml/node.h"

namespace kjx::yaml {

// Names an anchor within its document; 0 is none.
using Anchor = std::size_t;

// Duplicate keys are added to `diagnostics` and the rest is still read; what makes going on pointless throws Failure.
class Tree {
 public:
  Tree(const Limits& limits, Diagnostics& diagnostics) : limits_(limits), diagnostics_(diagnostics) {}

  // A null or a scalar.
  void leaf(Node node, Anchor anchor);
  // A sequence or a map; what follows, up to close(), is inside.
  void open(Node node, Anchor anchor);
  void close();
  // A copy of what `anchor` stands for; `where` is the alias itself.
  void alias(const Location& where, Anchor anchor);

  // Where the innermost map's last key stands, if its value is due now; the innermost sequence or map otherwise.
  [[nodiscard]] Location context() const;
  [[nodiscard]] bool in_sequence() const;
  [[nodiscard]] Node take() { return std::move(root_); }

 private:
  // What is counted against the limits, of a node with all below it.
  struct Weight {
    std::size_t nodes = 0;
    std::size_t bytes = 0;
    int height = 0;
  };
  struct Frame {
    Node node;
    Anchor anchor = 0;
    Weight weight;
    Node key;
    bool has_key = false;
  };
  struct Anchored {
    Node node;
    Weight weight;
  };

  void count(const Weight& weight, const Location& where);
  void put(Node node, Anchor anchor, const Weight& weight);
  void put_in(Frame& frame, Node node);
  void refuse_duplicates(const Node& map);

  const Limits& limits_;
  Diagnostics& diagnostics_;
  std::vector<Frame> frames_;
  std::vector<Anchored> anchors_;  // by number
  Weight total_;
  Node root_;
};

}  // namespace kjx::yaml
