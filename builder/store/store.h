// The content store: bytes by their digest, results by their action key. Shared by all workspaces of a user.
//
//   blobs/ab/cdef...      the bytes, read-only
//   results/ab/cdef...    an action key's result (a line with its check sum, then JSON text)
//   unpacked/KEY/         source trees, unpacked (a local intermediate, not content-addressed)
//   partial/              downloads under way
//   workspaces/           out/ folders whose results are to stay, a file with its path for each (workspaces.h)
//   locks/  tmp/          tmp holds what is not whole yet, in a folder for each process; leftovers are removed on
//                         the next start
//
// Nothing is synced to the disk: after a power cut a blob or result may be short or garbage. Blobs are checked against
// their name before use, results against their check sum, and whatever is wrong counts as absent.
// A Store may be used by many threads; copies share one state.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"
#include "store/manifest.h"

namespace kjx::store {

// A blob is not there, or its bytes are not what its name says (then it was removed).
class Missing : public std::exception {
 public:
  explicit Missing(Digest d) : digest(d) {}
  [[nodiscard]] const char* what() const noexcept override { return "a blob is missing from the store"; }
  Digest digest;
};

struct State;  // store/state.h

class Store {
 public:
  // Makes the folders. Removes leftovers in tmp/ of processes that are gone. Throws IoError.
  explicit Store(const std::filesystem::path& root);
  // $KJX_STORE, else $XDG_CACHE_HOME/kjx/store, else ~/.cache/kjx/store.
  static std::filesystem::path default_root();

  [[nodiscard]] const std::filesystem::path& root() const;

  // --- blobs ---
  Digest put(std::string_view bytes);
  // Copies (reflink where possible) the file's bytes in.
  Digest put_file(const std::filesystem::path& path);
  // Moves a file of the store's own file system (tmp(), partial()) in, digesting it.
  Digest adopt(const std::filesystem::path& path);
  [[nodiscard]] bool has(const Digest& digest) const;  // by name only
  // The blob's place after its bytes were checked (once per process). Throws Missing.
  [[nodiscard]] std::filesystem::path path_of(const Digest& digest);
  [[nodiscard]] std::string read(const Digest& digest);  // throws Missing

  // --- manifests are blobs of their text ---
  Digest put(const Manifest& manifest) { return put(manifest.text()); }
  [[nodiscard]] Manifest manifest(const Digest& digest);  // throws Missing; IoError when the blob is no manifest

  // Reads a folder of the host into the store: files, directories, links (hard links become files of equal content),
  // fifos. All owners become 0:0; permission bits are kept, and what its owner may not read is read all the same. The
  // folder itself is not an entry. Throws IoError for sockets and device nodes.
  [[nodiscard]] Manifest take(const std::filesystem::path& folder);
  // Writes a tree below an existing empty folder. Owners and device nodes are left out. All modification times become
  // `mtime` (seconds since 1970, UTC), the folder's own as well. Files are copied, never linked, so that the copy may
  // be changed. Throws Missing.
  void lay_out(const Manifest& manifest, const std::filesystem::path& folder, std::int64_t mtime);

  // --- results ---
  // Nothing when there is none or when its text is damaged.
  [[nodiscard]] std::optional<std::string> result(const Digest& action_key) const;
  void remember(const Digest& action_key, std::string_view result);

  // --- room to work ---
  // This process's own folder below tmp/. It goes with the last copy of this Store, or on a later start.
  [[nodiscard]] std::filesystem::path tmp() const;
  [[nodiscard]] std::filesystem::path unpacked() const { return root() / "unpacked"; }
  [[nodiscard]] std::filesystem::path partial() const { return root() / "partial"; }
  // Held by whoever makes what `name` stands for (an action key, an unpacked tree, a download).
  std::unique_ptr<FileLock> lock(std::string_view name, const std::function<void(std::string_view holder)>& waiting);

 private:
  std::shared_ptr<State> state_;
};

}  // namespace kjx::store
