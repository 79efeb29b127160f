#include "kernel/object_tree.h"

#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;

// A target and the `.TARGET.cmd` that says how it was made.
void drop(const fs::path& target) {
  std::error_code ignored;
  fs::remove(target, ignored);
  fs::remove(target.parent_path() / ("." + target.filename().string() + ".cmd"), ignored);
}

const std::set<std::string>& linked_again() {
  static const std::set<std::string> names = {"vmlinux",    "vmlinux.o",      "vmlinux.a",  "vmlinux.symvers",
                                              "System.map", "Module.symvers", "bzImage",    "piggy.S",
                                              "piggy.o",    "vmlinux.relocs", ".config.old"};
  return names;
}

// X.mod lists the objects of module X, one a line, relative to the build folder.
void drop_module(const fs::path& build, const fs::path& mod) {
  std::istringstream objects(read_file(mod));
  for (std::string object; std::getline(objects, object);) drop(build / object);
  const std::string stem = mod.string().substr(0, mod.string().size() - 4);
  for (const char* ending : {".ko", ".o", ".mod.c", ".mod.o", ".mod"}) drop(stem + ending);
}

std::vector<fs::path> found(const fs::path& build, const std::function<bool(const std::string& name)>& wanted) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(build)) {
    if (entry.is_regular_file() && !entry.is_symlink() && wanted(entry.path().filename().string())) {
      paths.push_back(entry.path());
    }
  }
  return paths;
}

}  // namespace

void prune_objects(const fs::path& build) {
  for (const auto& mod : found(build, [](const auto& name) { return name.ends_with(".mod"); })) {
    drop_module(build, mod);
  }
  // Their rules run again in any case, because vmlinux.a and what hangs on it do.
  for (const auto& linked : found(build, [](const auto& name) {
         return name.starts_with(".tmp_vmlinux") || name.starts_with("vmlinux.bin") || linked_again().count(name) != 0;
       })) {
    drop(linked);
  }
}

}  // namespace kjx::kernel
