#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "store/manifest.h"

namespace kjx::store {
namespace {

// One part's wish to have an entry in the merged tree.
struct Claim {
  std::size_t part = 0;
  const Entry* entry = nullptr;
  bool gone = false;  // replaced by another part
};
using Claims = std::vector<Claim*>;  // on one path, in the order of parts

bool is_directory(const Claim& claim) { return claim.entry->type == Entry::Type::directory; }

class Merge {
 public:
  explicit Merge(const std::vector<Part>& parts) : parts_(parts) {
    for (std::size_t part = 0; part < parts.size(); ++part) {
      for (const Entry& entry : parts[part].manifest.entries()) claims_.push_back({part, &entry});
    }
    for (Claim& claim : claims_) by_path_[claim.entry->path].push_back(&claim);
  }

  Merged run() {
    for_each_pair([this](Claim& a, Claim& b, std::string_view) { replace(a, b); });
    // A second look, because only now is it known who is left.
    for_each_pair([this](Claim& a, Claim& b, std::string_view path) { report(a, b, path); });
    Merged merged;
    for (const auto& [path, claims] : by_path_) {
      const auto left = std::ranges::find_if(claims, [](const Claim* claim) { return !claim->gone; });
      if (left != claims.end()) merged.manifest.add(*(*left)->entry);
    }
    merged.manifest.complete_parents();
    merged.conflicts.assign(conflicts_.begin(), conflicts_.end());
    return merged;
  }

 private:
  struct InOrder {
    bool operator()(const Conflict& a, const Conflict& b) const {
      return std::tie(a.path, a.first, a.second) < std::tie(b.path, b.first, b.second);
    }
  };

  // Every two claims that do not go together, with the path where they meet.
  template <typename Visit>
  void for_each_pair(const Visit& visit) {
    for (Claim& claim : claims_) {
      for (Claim* other : by_path_.at(claim.entry->path)) {
        if (other < &claim && !same_directory(*other, claim)) visit(*other, claim, claim.entry->path);
      }
      for (auto parent = parent_of(claim.entry->path); !parent.empty(); parent = parent_of(parent)) {
        const auto found = by_path_.find(parent);
        if (found == by_path_.end()) continue;
        for (Claim* other : found->second) {
          if (!is_directory(*other)) visit(*other, claim, parent);
        }
      }
    }
  }

  static bool same_directory(const Claim& a, const Claim& b) { return is_directory(a) && *a.entry == *b.entry; }

  [[nodiscard]] bool replaces(const Claim& by, const Claim& what) const {
    return by.part != what.part &&
           std::ranges::find(parts_[by.part].replaces, parts_[what.part].owner) != parts_[by.part].replaces.end();
  }

  // Two that replace each other settle nothing.
  void replace(Claim& a, Claim& b) const {
    const bool a_replaces = replaces(a, b);
    const bool b_replaces = replaces(b, a);
    if (a_replaces && !b_replaces) b.gone = true;
    if (b_replaces && !a_replaces) a.gone = true;
  }

  void report(const Claim& a, const Claim& b, std::string_view path) {
    if (a.gone || b.gone) return;
    const Claim& first = a.part <= b.part ? a : b;
    const Claim& second = a.part <= b.part ? b : a;
    conflicts_.insert({.path = std::string(path),
                       .first = parts_[first.part].owner,
                       .second = parts_[second.part].owner,
                       .first_as = described(first, path),
                       .second_as = described(second, path)});
  }

  // What the claim makes of `path`, which is its own or a parent of it.
  static std::string described(const Claim& claim, std::string_view path) {
    const Entry& entry = *claim.entry;
    if (entry.path != path) return fmt::format("a directory (for {})", entry.path);
    switch (entry.type) {
      case Entry::Type::file:
        return fmt::format("a file, mode {:04o}, {}:{}", entry.mode, entry.uid, entry.gid);
      case Entry::Type::directory:
        return fmt::format("a directory, mode {:04o}, {}:{}", entry.mode, entry.uid, entry.gid);
      case Entry::Type::symlink:
        return fmt::format("a link to '{}'", entry.target);
      case Entry::Type::character:
        return fmt::format("a character device {}:{}", entry.major, entry.minor);
      case Entry::Type::block:
        return fmt::format("a block device {}:{}", entry.major, entry.minor);
      case Entry::Type::fifo:
        return "a fifo";
    }
    return {};
  }

  const std::vector<Part>& parts_;
  std::vector<Claim> claims_;
  std::map<std::string, Claims, std::less<>> by_path_;
  std::set<Conflict, InOrder> conflicts_;  // the first reason for each path and pair of owners
};

}  // namespace

Merged merge(const std::vector<Part>& parts) { return Merge(parts).run(); }

}  // namespace kjx::store
