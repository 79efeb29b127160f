// recipes/kjx.lock: which bytes everything that comes from elsewhere has. `kjx lock` writes it, builds only read it.
//
// A source's digest stands in its recipe and here once more: that the two agree is checked, so that nothing new comes
// in unnoticed. Debian's packages are asked for by name only; their versions stand nowhere but here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "diag/diagnostic.h"
#include "schema/schema.h"

namespace kjx::recipe {

inline constexpr std::string_view lock_file = "recipes/kjx.lock";

struct LockedPackage {
  std::string name;
  std::string version;
  std::string architecture;
  std::string file;  // in the archive
  std::uint64_t size = 0;
  Digest sha256;
  std::vector<std::string> needs;  // others of the same closure
  Location where{};
};

// Debian's packages for one use: a recipe of that name, or the tool root.
struct LockedClosure {
  std::string name;
  std::string suite;
  bool security = false;
  std::string architecture;
  std::vector<std::string> wants;  // what the recipe names; sorted
  std::vector<LockedPackage> packages;
  Location where{};

  [[nodiscard]] const LockedPackage* find(std::string_view package) const;
};

struct LockedSource {
  std::string name;  // whose: a package or kernel
  std::string file;
  Digest sha256;
  Location where{};
};

struct LockedLayer {
  std::string path;    // relative to the layer with the lock, or "builtin"
  std::string commit;  // empty: it is in no git tree, or in the same one
  Location where{};
};

struct Lock {
  std::vector<LockedLayer> layers;
  std::map<std::string, LockedSource, std::less<>> sources;
  std::map<std::string, LockedClosure, std::less<>> closures;
  bool there = false;  // a file says so
};

[[nodiscard]] const schema::Table& lock_table();

// What LockedLayer::path is for `layer`.
[[nodiscard]] std::string locked_path(const std::filesystem::path& layer, const std::filesystem::path& workspace,
                                      const std::filesystem::path& builtin);

// Adds what `record` says to `lock`, in place of what layers below say about the same. Errors: a name that stands
// twice, a package that another one needs but that is not listed.
void read_lock(const schema::Record& record, Lock& lock, Diagnostics& diagnostics);

// The file's text: sorted, a line for each thing.
[[nodiscard]] std::string lock_text(const Lock& lock);

}  // namespace kjx::recipe
