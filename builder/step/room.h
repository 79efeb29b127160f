// Making room in a store: what no workspace uses leaves, the longest unused first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "store/store.h"

namespace kjx::step {

// Bytes are those on the disk.
struct Room {
  struct Use {
    std::filesystem::path out;
    std::uint64_t bytes = 0;  // what its results need; what two workspaces need counts for both
  };
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::uint64_t used = 0;   // by workspaces: stays in any case
  std::size_t results = 0;  // how many left
  std::size_t blobs = 0;
  std::size_t trees = 0;        // unpacked ones
  std::vector<Use> workspaces;  // the largest first
};

// Until the store has at most `keep` bytes, or nothing is left that may leave: blobs that no result names, unpacked
// source trees, then results. `really` false: only counts. Whoever builds meanwhile may miss something and makes it
// again. Throws IoError.
Room make_room(store::Store& store, std::uint64_t keep, bool really);

}  // namespace kjx::step
