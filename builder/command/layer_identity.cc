#include "command/layer_identity.h"

#include "command/git.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

bool is_dirty(const fs::path& layer, const fs::path& out) {
  std::vector<std::string> words{"status", "--porcelain", "--", ".", ":(exclude).kjx"};
  // What kjx puts there itself is no change.
  const auto inside = out.lexically_relative(layer);
  if (!inside.empty() && *inside.begin() != "..") words.push_back(":(exclude)" + inside.string());
  return !git(layer, words).value_or("").empty();
}

std::string layer_name(const fs::path& layer, const Workspace& workspace, const recipe::Recipes& recipes) {
  if (layer == workspace.folder) return recipes.distro.name;
  if (layer == workspace.builtin) return "builtin";
  return layer.lexically_relative(workspace.folder).string();
}

}  // namespace

nlohmann::json layer_identity(const Workspace& workspace, const recipe::Recipes& recipes) {
  auto all = nlohmann::json::array();
  for (const auto& layer : recipes.layers) {
    nlohmann::json one{{"name", layer_name(layer, workspace, recipes)}};
    if (const auto commit = git(layer, {"rev-parse", "--verify", "HEAD"})) {
      one["commit"] = *commit;
      one["dirty"] = is_dirty(layer, workspace.out);
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace kjx::command
