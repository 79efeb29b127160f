#include "store/store.h"

#include <cerrno>
#include <cstdlib>

#include "base/error.h"
#include "store/state.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;

void make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw IoError("make", folder, error.value());
}

std::optional<fs::path> folder_in_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return value != nullptr && *value != '\0' ? std::optional<fs::path>(value) : std::nullopt;
}

}  // namespace

Store::Store(const fs::path& root) : state_(std::make_shared<State>()) {
  state_->root = fs::absolute(root).lexically_normal();
  for (const char* name : {"blobs", "results", "unpacked", "partial", "locks", "tmp"}) {
    make_folders(state_->root / name);
  }
  remove_leftovers(state_->root / "tmp");
}

fs::path Store::default_root() {
  if (const auto root = folder_in_environment("KJX_STORE")) return fs::absolute(*root);
  // The XDG base directory specification wants relative paths ignored.
  const auto cache = folder_in_environment("XDG_CACHE_HOME");
  if (cache && cache->is_absolute()) return *cache / "kjx/store";
  if (const auto home = folder_in_environment("HOME")) return *home / ".cache/kjx/store";
  throw IoError("find a place for", "the store", "neither KJX_STORE nor HOME is set");
}

const fs::path& Store::root() const { return state_->root; }

fs::path Store::tmp() const { return session_of(*state_).folder(); }

std::unique_ptr<FileLock> Store::lock(std::string_view name,
                                      const std::function<void(std::string_view holder)>& waiting) {
  const bool usable = valid_path(name) && parent_of(name).empty() && name.size() <= 200;
  return std::make_unique<FileLock>(root() / "locks" / (usable ? std::string(name) : digest_of(name).hex()), waiting);
}

Session& session_of(State& state) {
  const std::lock_guard lock(state.mutex);
  if (!state.session) state.session = std::make_unique<Session>(state.root / "tmp");
  return *state.session;
}

fs::path place_of(const fs::path& folder, const Digest& digest) {
  const std::string hex = digest.hex();
  return folder / hex.substr(0, 2) / hex.substr(2);
}

void move_to_place(const fs::path& from, const fs::path& place, std::string_view point) {
  commit_point(point);
  int failed = ::rename(from.c_str(), place.c_str());
  if (failed != 0 && errno == ENOENT) {
    make_folders(place.parent_path());
    failed = ::rename(from.c_str(), place.c_str());
  }
  if (failed != 0) throw IoError("write", place, errno);
  commit_point(point);
}

}  // namespace kjx::store
