#include "store/manifest.h"

#include <algorithm>
#include <unordered_set>

namespace kjx::store {

bool valid_path(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return false;
  while (true) {
    const auto slash = path.find('/');
    const auto component = path.substr(0, slash);
    if (component.empty() || component == "." || component == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string_view parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

void Manifest::sort() { std::ranges::stable_sort(entries_, {}, &Entry::path); }

void Manifest::complete_parents() {
  std::unordered_set<std::string> known;
  for (const Entry& entry : entries_) known.insert(entry.path);
  std::vector<Entry> added;
  for (const Entry& entry : entries_) {
    for (auto parent = parent_of(entry.path); !parent.empty(); parent = parent_of(parent)) {
      if (!known.emplace(parent).second) break;
      added.push_back({.path = std::string(parent), .type = Entry::Type::directory, .mode = 0755});
    }
  }
  std::ranges::move(added, std::back_inserter(entries_));
  sort();
}

const Entry* Manifest::find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(entries_, path, {}, &Entry::path);
  return found != entries_.end() && found->path == path ? &*found : nullptr;
}

std::uint64_t Manifest::total_size() const {
  std::uint64_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.size;
  return sum;
}

}  // namespace kjx::store
