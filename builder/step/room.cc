#include "step/room.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "step/result.h"
#include "step/source_tree.h"
#include "step/workspace.h"
#include "store/inventory.h"
#include "store/workspaces.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

using Digests = std::set<Digest>;

// The blobs of a result; of a tree whose text is gone only its name.
Digests needs_of(store::Store& store, const Result& result) {
  Digests needs;
  for (const auto& [name, digest] : result.outputs) {
    needs.insert(digest);
    if (!result.trees.contains(name) || !store.has(digest)) continue;
    try {
      const auto tree = store.manifest(digest);
      for (const auto& entry : tree.entries()) {
        if (entry.type == store::Entry::Type::file) needs.insert(entry.digest);
      }
    } catch (const store::Missing&) {
      needs.erase(digest);
    }
  }
  return needs;
}

Digests needs_of(store::Store& store, const fs::path& out) {
  Digests needs;
  const Workspace workspace(out);
  for (const auto& entry : fs::directory_iterator(out / "results")) {
    if (entry.path().extension() != ".json") continue;
    if (const auto result = workspace.result(entry.path().stem().string())) needs.merge(needs_of(store, *result));
  }
  return needs;
}

class Collector {
 public:
  Collector(store::Store& store, std::uint64_t keep, bool really) : store_(store), keep_(keep), really_(really) {}

  Room collect() {
    look();
    drop_blobs_without_result();
    drop_trees();
    drop_results();
    return room_;
  }

 private:
  struct Found {
    Digest key;
    store::Item item;
    Digests needs;
  };

  void look() {
    std::erase_if(trees_, [](const store::Item& item) { return item.path.extension() == ".stamp"; });
    for (const auto& out : store::workspaces(store_)) look_at(out);
    std::ranges::sort(room_.workspaces, std::greater(), &Room::Use::bytes);
    for (const auto& blob : used_) room_.used += size_of(blob);
    for (const auto& [key, item] : store::results(store_)) look_at(key, item);
    for (const auto& [digest, item] : blobs_) room_.before += item.bytes;
    for (const auto& tree : trees_) room_.before += tree.bytes;
    room_.after = room_.before;
  }

  void look_at(const fs::path& out) {
    auto needs = needs_of(store_, out);
    Room::Use use{out, 0};
    for (const auto& blob : needs) use.bytes += size_of(blob);
    room_.workspaces.push_back(use);
    used_.merge(needs);
  }

  void look_at(const Digest& key, const store::Item& item) {
    room_.before += item.bytes;
    const auto text = store_.result(key);
    const auto result = text ? parse_result(*text) : std::nullopt;
    auto needs = result ? needs_of(store_, *result) : Digests();
    for (const auto& blob : needs) ++wanted_[blob];
    const bool stays = result && std::ranges::includes(used_, needs);
    if (stays) room_.used += item.bytes;
    if (!stays) results_.push_back({key, item, std::move(needs)});
  }

  void drop_blobs_without_result() {
    for (const auto& [digest, item] : blobs_) {
      if (!enough() && !used_.contains(digest) && !wanted_.contains(digest)) drop_blob(digest);
    }
  }

  void drop_trees() {
    std::ranges::sort(trees_, {}, &store::Item::used);
    for (const auto& tree : trees_) {
      if (enough()) return;
      if (really_) remove_tree(stamp_file(tree.path));
      drop(tree);
      ++room_.trees;
    }
  }

  // With all that only it names. The result first: what names a blob must not outlive it, if this is killed.
  void drop_results() {
    std::ranges::sort(results_, {}, [](const Found& found) { return found.item.used; });
    for (const auto& found : results_) {
      if (enough()) return;
      drop(found.item);
      ++room_.results;
      for (const auto& blob : found.needs) {
        if (--wanted_[blob] == 0 && !used_.contains(blob)) drop_blob(blob);
      }
    }
  }

  void drop_blob(const Digest& digest) {
    const auto found = blobs_.find(digest);
    if (found == blobs_.end()) return;
    drop(found->second);
    ++room_.blobs;
  }

  [[nodiscard]] bool enough() const { return room_.after <= keep_; }

  void drop(const store::Item& item) {
    room_.after -= item.bytes;
    if (really_) remove_tree(item.path);
  }

  [[nodiscard]] std::uint64_t size_of(const Digest& blob) const {
    const auto found = blobs_.find(blob);
    return found == blobs_.end() ? 0 : found->second.bytes;
  }

  store::Store& store_;
  std::uint64_t keep_;
  bool really_;
  std::map<Digest, store::Item> blobs_ = store::blobs(store_);
  std::vector<store::Item> trees_ = store::unpacked_trees(store_);
  std::vector<Found> results_;            // that no workspace has
  std::map<Digest, std::size_t> wanted_;  // blob -> how many results name it
  Digests used_;                          // blobs that workspaces need
  Room room_;
};

}  // namespace

Room make_room(store::Store& store, std::uint64_t keep, bool really) {
  return Collector(store, keep, really).collect();
}

}  // namespace kjx::step
