#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "store/state.h"
#include "store/store.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t blob_mode = 0444;

// A blob of another size is what a power cut left; it gives way.
bool present(const State& state, const Digest& digest, std::uint64_t size) {
  struct stat status {};
  return ::lstat(blob_place(state, digest).c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         static_cast<std::uint64_t>(status.st_size) == size;
}

Descriptor make_temporary(const fs::path& path) { return open_file("make", path, O_RDWR | O_CREAT | O_EXCL, 0600); }

void set_blob_mode(const Descriptor& file, const fs::path& path) {
  if (::fchmod(file.get(), blob_mode) != 0) throw IoError("set the mode of", path, errno);
}

// Hands the rest of the file on piece by piece and returns its length.
template <typename Take>
std::uint64_t read_on(const Descriptor& file, const fs::path& path, const Take& take) {
  std::string buffer(256 << 10, '\0');
  std::uint64_t total = 0;
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("read", path, errno);
    if (got == 0) return total;
    take(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    total += static_cast<std::uint64_t>(got);
  }
}

Stored publish(State& state, const fs::path& temporary, const Stored& stored) {
  if (present(state, stored.digest, stored.size)) {
    ::unlink(temporary.c_str());
  } else {
    move_to_place(temporary, blob_place(state, stored.digest), "store.blob");
  }
  return stored;
}

Stored store_small(State& state, const Descriptor& file, const fs::path& path) {
  std::string bytes;
  read_on(file, path, [&](std::string_view piece) { bytes += piece; });
  return store_bytes(state, bytes);
}

// One pass: a second one over a file of gigabytes would come from the disk again.
Stored store_large(State& state, const Descriptor& file, const fs::path& path) {
  const fs::path temporary = session_of(state).new_path();
  const Descriptor to = make_temporary(temporary);
  const bool cloned = ::ioctl(to.get(), FICLONE, file.get()) == 0;
  Sha256 sha;
  const std::uint64_t size = read_on(cloned ? to : file, path, [&](std::string_view piece) {
    sha.update(piece);
    if (!cloned) write_all(to, piece, temporary);
  });
  set_blob_mode(to, temporary);
  return publish(state, temporary, {sha.finish(), size});
}

}  // namespace

fs::path blob_place(const State& state, const Digest& digest) { return place_of(state.root / "blobs", digest); }

bool is_checked(State& state, const Digest& digest) {
  const std::lock_guard lock(state.mutex);
  return state.checked.contains(digest);
}

void set_checked(State& state, const Digest& digest) {
  const std::lock_guard lock(state.mutex);
  state.checked.insert(digest);
}

void drop(const State& state, const Digest& digest) {
  ::unlink(blob_place(state, digest).c_str());
  throw Missing(digest);
}

Stored store_bytes(State& state, std::string_view bytes) {
  const Stored stored{digest_of(bytes), bytes.size()};
  if (present(state, stored.digest, stored.size)) return stored;
  const fs::path temporary = session_of(state).new_path();
  const Descriptor to = make_temporary(temporary);
  write_all(to, bytes, temporary);
  set_blob_mode(to, temporary);
  return publish(state, temporary, stored);
}

Stored store_file(State& state, const Descriptor& file, const fs::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw IoError("look at", path, errno);
  const bool small = static_cast<std::uintmax_t>(status.st_size) <= small_file;
  return small ? store_small(state, file, path) : store_large(state, file, path);
}

Digest Store::put(std::string_view bytes) { return store_bytes(*state_, bytes).digest; }

Digest Store::put_file(const fs::path& path) {
  return store_file(*state_, open_file("read", path, O_RDONLY), path).digest;
}

Digest Store::adopt(const fs::path& path) {
  const Descriptor file = open_file("read", path, O_RDONLY | O_NOFOLLOW);
  Sha256 sha;
  const std::uint64_t size = read_on(file, path, [&](std::string_view piece) { sha.update(piece); });
  set_blob_mode(file, path);
  return publish(*state_, path, {sha.finish(), size}).digest;
}

bool Store::has(const Digest& digest) const {
  struct stat status {};
  return ::lstat(blob_place(*state_, digest).c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

fs::path Store::path_of(const Digest& digest) {
  if (!has(digest)) throw Missing(digest);
  fs::path place = blob_place(*state_, digest);
  if (!is_checked(*state_, digest)) {
    if (digest_of_file(place) != digest) drop(*state_, digest);
    set_checked(*state_, digest);
  }
  return place;
}

std::string Store::read(const Digest& digest) {
  if (!has(digest)) throw Missing(digest);
  std::string bytes = read_file(blob_place(*state_, digest));
  if (!is_checked(*state_, digest)) {
    if (digest_of(bytes) != digest) drop(*state_, digest);
    set_checked(*state_, digest);
  }
  return bytes;
}

Manifest Store::manifest(const Digest& digest) {
  auto manifest = Manifest::parse(read(digest));
  if (!manifest) throw IoError("read", blob_place(*state_, digest), "it is not a manifest");
  return std::move(*manifest);
}

}  // namespace kjx::store
