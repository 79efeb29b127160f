#include "store/inventory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "base/error.h"
#include "store/state.h"

namespace kjx::store {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t nanoseconds = 1'000'000'000;
constexpr std::uint64_t block = 512;  // of st_blocks

// Nothing when others took it away meanwhile.
std::optional<Item> item_at(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return Item{path, static_cast<std::uint64_t>(status.st_blocks) * block,
              status.st_mtim.tv_sec * nanoseconds + status.st_mtim.tv_nsec};
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> all;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(folder, gone)) all.push_back(entry.path());
  return all;
}

std::map<Digest, Item> by_digest(const fs::path& folder) {
  std::map<Digest, Item> all;
  for (const auto& part : entries(folder)) {
    for (const auto& file : entries(part)) {
      const auto digest = Digest::parse(part.filename().string() + file.filename().string());
      const auto item = item_at(file);
      if (digest && item) all.emplace(*digest, *item);
    }
  }
  return all;
}

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code gone;
  for (auto each = fs::recursive_directory_iterator(folder, gone); !gone && each != fs::recursive_directory_iterator();
       each.increment(gone)) {
    if (const auto item = item_at(each->path())) bytes += item->bytes;
  }
  return bytes;
}

}  // namespace

std::map<Digest, Item> blobs(const Store& store) { return by_digest(store.root() / "blobs"); }

std::map<Digest, Item> results(const Store& store) { return by_digest(store.root() / "results"); }

std::vector<Item> unpacked_trees(const Store& store) {
  std::vector<Item> all;
  for (const auto& path : entries(store.unpacked())) {
    auto item = item_at(path);
    if (!item) continue;
    item->bytes += bytes_below(path);
    all.push_back(*item);
  }
  return all;
}

void note_use(const Store& store, const Digest& action_key) {
  // Where the store is another's, or read-only, there is nothing to note.
  (void)::utimensat(AT_FDCWD, place_of(store.root() / "results", action_key).c_str(), nullptr, 0);
}

}  // namespace kjx::store
