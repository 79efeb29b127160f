// What the files of Store share.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>

#include "store/raw_file.h"
#include "store/session.h"
#include "store/store.h"

namespace kjx::store {

struct State {
  std::filesystem::path root;

  std::mutex mutex;
  std::set<Digest> checked;          // blobs whose bytes this process has seen to be right
  std::unique_ptr<Session> session;  // made when first needed: most commands write nothing
};

// Files up to this many bytes are handled in memory: one read, no temporary file when the blob is there already.
inline constexpr std::uintmax_t small_file = 1u << 20;

[[nodiscard]] Session& session_of(State& state);

// FOLDER/ab/cdef...
[[nodiscard]] std::filesystem::path place_of(const std::filesystem::path& folder, const Digest& digest);
[[nodiscard]] std::filesystem::path blob_place(const State& state, const Digest& digest);

// Renames a whole file to its place, making the folder when it is not there. `point` names the commit points.
void move_to_place(const std::filesystem::path& from, const std::filesystem::path& place, std::string_view point);

[[nodiscard]] bool is_checked(State& state, const Digest& digest);
void set_checked(State& state, const Digest& digest);
// Removes a blob whose bytes are wrong, and throws Missing.
[[noreturn]] void drop(const State& state, const Digest& digest);

struct Stored {
  Digest digest;
  std::uint64_t size = 0;
};
Stored store_bytes(State& state, std::string_view bytes);
// Digests the bytes that were stored, so that a file that changes meanwhile does no harm.
Stored store_file(State& state, const Descriptor& file, const std::filesystem::path& path);

}  // namespace kjx::store
