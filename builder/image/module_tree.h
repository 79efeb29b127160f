// The modules of one kernel as their manifest, and choosing some of them with all that they need.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/manifest.h"
#include "store/store.h"

namespace kjx::image {

class ModuleTree {
 public:
  // `modules` holds lib/modules/RELEASE as depmod leaves it; without a modules.dep it has none.
  ModuleTree(const store::Manifest& modules, store::Store& store);

  // Is there a module of this name, or has the kernel it built in? `-` and `_` are the same letter.
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool is_built_in(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;

  // Chooses a module by name and what it needs; nothing happens for one that is built in.
  void choose(std::string_view name);
  // Chooses all whose path below RELEASE ("kernel/drivers/ata/ahci.ko") matches, and what they need.
  void choose_matching(std::string_view pattern);

  // The chosen modules, and modules.dep and modules.alias cut down to them.
  [[nodiscard]] store::Manifest chosen(store::Store& store) const;

 private:
  struct Module {
    std::string path;                // below RELEASE
    std::vector<std::string> needs;  // paths
  };
  void choose_path(const std::string& path);
  void read_dependencies(std::string_view text);
  [[nodiscard]] std::string kept_aliases() const;

  const store::Manifest& manifest_;
  std::string folder_;                          // "lib/modules/RELEASE/"
  std::map<std::string, Module> modules_;       // by path
  std::map<std::string, std::string> by_name_;  // name -> path
  std::set<std::string> built_in_;
  std::string aliases_;
  std::set<std::string> chosen_;  // paths
};

}  // namespace kjx::image
