#include "command/sizes.h"

#include <fmt/format.h>

#include <optional>

#include "base/file.h"
#include "image/format.h"
#include "step/result.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

class Measuring {
 public:
  Measuring(const Workspace& workspace, const graph::Graph& graph, const recipe::Recipe& image)
      : workspace_(workspace), graph_(graph), image_(image), store_(workspace.store) {}

  Sizes run() {
    add_root();
    if (const auto archive = output(image_.name + ".initramfs", "cpio"); archive && store_.has(*archive))
      sizes_.whole["initramfs"] = fs::file_size(store_.path_of(*archive));
    add_file("kernel", "bzImage");
    for (const auto& each : image_.record.choices("outputs")) add_file(*each.name, image::find(*each.name)->extension);
    return std::move(sizes_);
  }

 private:
  [[nodiscard]] std::optional<Digest> output(const std::string& action, const std::string& name) const {
    const auto file = workspace_.out / "results" / (action + ".json");
    if (!fs::exists(file)) return std::nullopt;
    const auto result = step::parse_result(read_file(file));
    if (!result || !result->outputs.contains(name)) return std::nullopt;
    return result->outputs.at(name);
  }

  std::optional<store::Manifest> tree(const std::string& action, const std::string& name) {
    const auto digest = output(action, name);
    if (!digest || !store_.has(*digest)) return std::nullopt;
    return store_.manifest(*digest);
  }

  void add_file(const std::string& name, std::string_view extension) {
    const auto file = workspace_.out / "images" / fmt::format("{}.{}", image_.name, extension);
    if (!fs::is_regular_file(file)) return;
    sizes_.whole[name] = fs::file_size(file);
  }

  // The root is a merge of parts; what no part brought came from files and texts of the recipes.
  void add_root() {
    const auto root = tree(image_.name + ".root", "root");
    if (!root) return;
    sizes_.whole["root"] = root->total_size();
    std::uint64_t known = 0;
    const auto* action = graph_.find(image_.name + ".root");
    for (const auto& input : action == nullptr ? std::vector<graph::Input>{} : action->inputs) {
      const auto part = tree(input.producer, input.output);
      if (!part) continue;
      sizes_.parts[input.producer] = part->total_size();
      known += part->total_size();
    }
    if (known < root->total_size()) sizes_.parts["other"] = root->total_size() - known;
    find_ends(*root);
  }

  // Only what nothing writes to once the system runs.
  void find_ends(const store::Manifest& root) {
    for (const auto& entry : root.entries()) {
      const bool still = entry.path.starts_with("bin/") || entry.path.starts_with("lib/") ||
                         entry.path.starts_with("sbin/") || entry.path.starts_with("usr/");
      if (!still || entry.type != store::Entry::Type::file) continue;
      if (sizes_.first_file.empty()) sizes_.first_file = "/" + entry.path;
      sizes_.last_file = "/" + entry.path;
    }
  }

  const Workspace& workspace_;
  const graph::Graph& graph_;
  const recipe::Recipe& image_;
  store::Store store_;
  Sizes sizes_;
};

}  // namespace

Sizes sizes_of(const Workspace& workspace, const graph::Graph& graph, const recipe::Recipe& image) {
  return Measuring(workspace, graph, image).run();
}

}  // namespace kjx::command
