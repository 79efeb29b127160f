// What `kjx new` writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kjx::command {

struct NewFile {
  std::string path;  // in the layer
  std::string text;
  bool executable = false;
};

// Words for --from, the first one is taken without.
[[nodiscard]] std::vector<std::string> new_layer_kinds();
// A layer of this kind for the distro `name`.
[[nodiscard]] std::vector<NewFile> new_layer(std::string_view kind, std::string_view name);

}  // namespace kjx::command
