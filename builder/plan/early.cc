#include "plan/early.h"

#include <fmt/format.h>

#include "image/rootfs.h"
#include "image/selection.h"

namespace kjx::plan {

namespace {

class EarlyPlan {
 public:
  EarlyPlan(Context& context, const recipe::Recipe& image, const DiskPlan& disk)
      : context_(context), image_(image), early_(context.recipes.early), disk_(disk) {}

  void run(const KernelActions& kernel) {
    plan_selection(kernel);
    plan_root();
  }

 private:
  [[nodiscard]] std::string named(std::string_view part) const { return fmt::format("{}.{}", image_.name, part); }

  // What stands in a list of early.yaml, each with a topic for errors.
  nlohmann::json topics(graph::Action& action, std::string_view field, std::string_view key) const {
    auto json = nlohmann::json::array();
    for (const auto& item : early_.record.list(field)) {
      const auto topic = fmt::format("{}.{}", field, json.size());
      action.locations[topic] = item.where;
      json.push_back({{key, *item}, {"topic", topic}});
    }
    return json;
  }

  // The root's own file system must be mounted before its modules can be reached.
  void add_root_format(graph::Action& action, nlohmann::json& modules) const {
    if (disk_.roots.empty()) return;
    action.locations["root-format"] = image_.record.where_of("disk");
    modules.push_back({{"name", disk_.roots.front().format}, {"topic", "root-format"}});
  }

  void plan_selection(const KernelActions& kernel) {
    auto& action = context_.add(image::selection_action(), named("early-parts"), {}, early_.where);
    auto modules = topics(action, "modules", "name");
    add_root_format(action, modules);
    action.description = {{"programs", topics(action, "programs", "path")},
                          {"modules", std::move(modules)},
                          {"drivers", json_of(early_.record.list("drivers"))}};
    action.inputs = {{"modules", kernel.modules, "modules"}};
    for (const auto& package : early_.record.list("packages")) {
      action.inputs.push_back({fmt::format("package.{}", action.inputs.size()), *package, "tree"});
    }
    action.outputs = {"tree"};
    action.summary = fmt::format("{}: choose what finds the root", image_.name);
  }

  void plan_root() {
    auto& action = context_.add(image::rootfs_action(), named("early"), {}, image_.record.where_of("root"));
    action.inputs = {{"part.0", named("early-parts"), "tree"}};
    action.locations["part.0"] = early_.where;
    action.description["parts"] = {{{"slot", "part.0"},
                                    {"owner", "initramfs/early.yaml"},
                                    {"topic", "part.0"},
                                    {"replaces", nlohmann::json::array()}}};
    action.description["entries"] = entries(action);
    action.description["files"] = files(action);
    action.description["texts"] = texts();
    action.outputs = {"root"};
    action.summary = fmt::format("{}: merge the early initramfs", image_.name);
  }

  nlohmann::json entries(graph::Action& action) const {
    auto json = nlohmann::json::array();
    for (const auto& entry : early_.record.records("entries")) {
      const auto topic = fmt::format("entry.{}", json.size());
      action.locations[topic] = entry.where;
      auto fields = entry.json();
      fields["topic"] = topic;
      json.push_back(std::move(fields));
    }
    return json;
  }

  nlohmann::json files(graph::Action& action) const {
    auto json = nlohmann::json::array();
    for (const auto& file : early_.files) {
      const auto slot = fmt::format("file/{}", file.name);
      action.files.push_back(file_of(slot, file));
      json.push_back({{"slot", slot}, {"path", file.name}, {"executable", file.executable}});
    }
    return json;
  }

  nlohmann::json texts() const {
    auto json = nlohmann::json::array();
    const auto own = [&](std::string_view path, std::string text) {
      json.push_back({{"path", path},
                      {"text", std::move(text)},
                      {"mode", 0644},
                      {"owner", fmt::format("image '{}'", image_.name)}});
    };
    own("etc/kjx/root", *image_.record.text("root") + "\n");
    own("etc/kjx/console", *image_.record.text("console") + "\n");
    own("etc/kjx/disk", disk_.text());
    return json;
  }

  Context& context_;
  const recipe::Recipe& image_;
  const recipe::Recipe& early_;
  const DiskPlan& disk_;
};

}  // namespace

void plan_early(Context& context, const recipe::Recipe& image, const KernelActions& kernel, const DiskPlan& disk) {
  if (context.recipes.early.record.table == nullptr) {
    context.diagnostics.add(
        {Kind::unreadable, image.record.where_of("root"),
         fmt::format("image '{}' has its root on a disk, and nothing says what looks for it", image.name),
         "it would be read from initramfs/early.yaml"});
    return;
  }
  EarlyPlan(context, image, disk).run(kernel);
}

}  // namespace kjx::plan
