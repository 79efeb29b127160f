#include "command/configuration.h"

#include "base/file.h"

namespace kjx::command {

namespace fs = std::filesystem;

kconfig::Tree tree_of(const work::Configuration& configuration) {
  const kconfig::Reader reader = [&](const std::string& path) -> std::optional<std::string> {
    for (const fs::path& folder : configuration.sources) {
      if (fs::is_regular_file(folder / path)) return read_file(folder / path);
    }
    return std::nullopt;
  };
  return kconfig::read_tree(reader, configuration.root, configuration.variables);
}

kconfig::Config config_of(const work::Configuration& configuration) {
  return kconfig::parse_config(read_file(configuration.file));
}

std::vector<kconfig::Asked> asked_in(const work::Configuration& configuration) {
  Diagnostics diagnostics;
  std::vector<kconfig::Asked> all;
  for (const auto& fragment : configuration.fragments) {
    for (auto& one : kconfig::parse_fragment(fragment, diagnostics)) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace kjx::command
