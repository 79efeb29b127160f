// What lies in a store: for those who make room in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "store/store.h"

namespace kjx::store {

struct Item {
  std::filesystem::path path;
  std::uint64_t bytes = 0;  // on the disk, of all its files
  std::int64_t used = 0;    // when it was made or last found, nanoseconds since 1970
};

[[nodiscard]] std::map<Digest, Item> blobs(const Store& store);
[[nodiscard]] std::map<Digest, Item> results(const Store& store);  // by action key
[[nodiscard]] std::vector<Item> unpacked_trees(const Store& store);

// Notes that a result was found, for whoever takes away the one longest unused.
void note_use(const Store& store, const Digest& action_key);

}  // namespace kjx::store
