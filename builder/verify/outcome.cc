#include "verify/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kjx::verify {
namespace {

using inspect::Content;
using inspect::Part;
using inspect::Parts;

std::string_view type_name(store::Entry::Type type) {
  constexpr std::string_view words[] = {"file", "directory", "symlink", "character device", "block device", "fifo"};
  return words[static_cast<std::size_t>(type)];
}

Part part_of_tree(const store::Entry& entry, store::Store& store) {
  Part part{.name = entry.path, .fields = {}, .content = {}};
  part.fields = {{"type", std::string(type_name(entry.type))},
                 {"mode", fmt::format("{:04o}", entry.mode)},
                 {"owner", fmt::format("{}:{}", entry.uid, entry.gid)},
                 {"target", entry.target},
                 {"device", fmt::format("{}:{}", entry.major, entry.minor)}};
  if (entry.type == store::Entry::Type::file) part.content = Content::of_file(store.path_of(entry.digest));
  return part;
}

// A tree's files are looked at only where they differ.
Parts open_tree(const store::Manifest& tree, const store::Manifest& other, store::Store& store) {
  Parts parts{.kind = "tree", .fields = {}, .parts = {}};
  for (const auto& entry : tree.entries()) {
    const auto* const twin = other.find(entry.path);
    if (twin == nullptr || !(*twin == entry)) parts.parts.push_back(part_of_tree(entry, store));
  }
  return parts;
}

class Builds {
 public:
  Builds(Built& first, Built& second, inspect::Scratch& scratch, const diff::Known& known)
      : first_(first), second_(second), scratch_(scratch), known_(known) {}

  std::vector<diff::Difference> outputs_of(const std::string& action) {
    std::vector<diff::Difference> found;
    const auto one = first_.workspace.result(action);
    const auto other = second_.workspace.result(action);
    if (!one || !other) return found;
    for (const auto& [name, digest] : one->outputs) {
      const auto twin = other->outputs.find(name);
      if (twin == other->outputs.end() || twin->second == digest) continue;
      const bool tree = one->trees.contains(name) && other->trees.contains(name);
      auto difference = tree ? of_trees(name, digest, twin->second) : of_blobs(name, digest, twin->second);
      if (difference) found.push_back(std::move(*difference));
    }
    return found;
  }

 private:
  std::optional<diff::Difference> of_trees(const std::string& name, const Digest& one, const Digest& other) {
    const auto first = first_.store.manifest(one);
    const auto second = second_.store.manifest(other);
    return diff::compare(name, open_tree(first, second, first_.store), open_tree(second, first, second_.store),
                         scratch_, &known_);
  }
  std::optional<diff::Difference> of_blobs(const std::string& name, const Digest& one, const Digest& other) {
    return diff::compare({name, {}, Content::of_file(first_.store.path_of(one))},
                         {name, {}, Content::of_file(second_.store.path_of(other))}, scratch_, &known_);
  }

  Built& first_;
  Built& second_;
  inspect::Scratch& scratch_;
  const diff::Known& known_;
};

}  // namespace

Outcome compare_builds(Built& first, Built& second, const std::vector<std::string>& actions, inspect::Scratch& scratch,
                       const diff::Known& known) {
  Outcome outcome;
  std::set<std::string> differ;
  for (const auto& name : actions) {
    const auto one = first.workspace.result(name);
    const auto other = second.workspace.result(name);
    ++outcome.compared;
    if (!one || !other || *one != *other) differ.insert(name);
  }
  Builds builds(first, second, scratch, known);
  for (const auto& name : actions) {
    if (!differ.contains(name)) continue;
    const auto action = first.workspace.action(name);
    const bool follows =
        std::ranges::any_of(action.inputs, [&](const auto& input) { return differ.contains(input.producer); });
    if (follows) {
      outcome.followers.push_back(name);
    } else {
      outcome.origins.push_back({name, action.where, builds.outputs_of(name)});
    }
  }
  return outcome;
}

}  // namespace kjx::verify
