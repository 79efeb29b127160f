// A process's own folder in the store's tmp/.
//
// Whatever is not whole yet lies in it, so one rule removes what a killed process left: a folder whose lock is free has
// no owner any more. The lock is a flock(2) on the folder itself, which ends with the process however that ends; a
// process number would not do, since numbers are used again and mean something else in another container.
#pragma once

#include <atomic>
#include <filesystem>

#include "base/descriptor.h"

namespace kjx::store {

class Session {
 public:
  // Makes and locks a new folder below `tmp`. Throws IoError.
  explicit Session(const std::filesystem::path& tmp);
  ~Session();  // removes it with everything in it
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  // A path in the folder that nobody else was given.
  [[nodiscard]] std::filesystem::path new_path();

 private:
  std::filesystem::path folder_;
  Descriptor lock_;
  std::atomic<unsigned> made_{0};
};

// Removes everything in `tmp` that no living process holds. Throws IoError.
void remove_leftovers(const std::filesystem::path& tmp);

}  // namespace kjx::store
