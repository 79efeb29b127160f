#include "plan/disk.h"

#include <fmt/format.h>

#include <algorithm>

#include "image/boot_disk.h"
#include "image/ext4.h"
#include "image/layout.h"

namespace kjx::plan {

namespace {

constexpr std::uint64_t lone_boot_disk = std::uint64_t{64} << 20;  // of an image that says nothing of its disk
constexpr std::size_t longest_name = 36;                           // in a GPT entry
constexpr std::size_t fat_label = 11;

class DiskPlanner {
 public:
  DiskPlanner(Context& context, const recipe::Recipe& image) : context_(context), image_(image) {}

  DiskPlan run() {
    const auto* record = image_.record.record("disk");
    plan_.description = {{"size", record == nullptr ? lone_boot_disk : number(*record, "size")},
                         {"id", image::disk_id(distro(), image_.name).text()},
                         {"partitions", nlohmann::json::array()}};
    if (record == nullptr) {
      add_lone_boot();
    } else {
      if (record->has("size")) plan_.locations["disk.size"] = record->where_of("size");
      parts_ = record->records("partitions");
      for (const auto& part : parts_) add(part);
      check_size(*record);
    }
    check_root_mode(record);
    return std::move(plan_);
  }

 private:
  [[nodiscard]] std::string distro() const { return *context_.recipes.distro.record.text("name"); }

  static std::uint64_t number(const schema::Record& record, std::string_view field) {
    return record.has(field) ? static_cast<std::uint64_t>(record.number(field)) : 0;
  }

  void error(Kind kind, const Location& where, std::string message, std::string help, std::vector<Note> notes = {}) {
    context_.diagnostics.add({kind, where, std::move(message), std::move(help), std::move(notes)});
  }

  [[nodiscard]] std::string id_of(std::string_view partition) const {
    return image::partition_id(distro(), image_.name, partition).text();
  }

  void add_lone_boot() {
    plan_.boots = true;
    plan_.description["partitions"].push_back({{"name", "boot"}, {"holds", "boot"}, {"id", id_of("boot")}});
  }

  void add(const schema::Record& part) {
    const auto name = part.text("name");
    const auto holds = std::string(*part.text("holds"));
    const auto topic = fmt::format("partition.{}", plan_.description["partitions"].size());
    check_name(name);
    nlohmann::json json{{"name", *name}, {"holds", holds}, {"id", id_of(*name)}, {"topic", topic}};
    if (part.has("size")) json["size"] = number(part, "size");
    if (holds == "boot") add_boot(part, json);
    if (holds == "root") add_root(part);
    if (holds == "data") add_data(part, json);
    if (holds != "data") refuse(part, {"mount", "grow"}, "data");
    if (holds != "root") refuse(part, {"format"}, "root");
    plan_.locations[topic] = part.where_of(part.has("size") ? "size" : "name");
    plan_.description["partitions"].push_back(std::move(json));
  }

  // A field that says something of another kind of partition.
  void refuse(const schema::Record& part, std::initializer_list<std::string_view> fields, std::string_view holds) {
    for (const auto field : fields) {
      if (!part.has(field)) continue;
      error(Kind::bad_value, part.where_of(field),
            fmt::format("`{}` is for partitions that hold {}, and '{}' holds {}", field, holds, *part.text("name"),
                        *part.text("holds")),
            "leave it out");
    }
  }

  // Says so when `value` was there before.
  void once(std::map<std::string, Location>& seen, const std::string& value, const Location& where,
            std::string_view what) {
    const auto [first, fresh] = seen.emplace(value, where);
    if (fresh) return;
    error(Kind::duplicate_name, where, fmt::format("image '{}' has two partitions {} '{}'", image_.name, what, value),
          "whoever looks for one would find either", {{first->second, "the first one"}});
  }

  void check_name(const Located<std::string>& name) {
    once(names_, *name, name.where, "named");
    if (name->size() <= longest_name) return;
    error(Kind::bad_value, name.where,
          fmt::format("partition name '{}' is longer than {} letters", *name, longest_name),
          "a GUID partition table has no room for more");
  }

  // The label in force; FAT knows capital letters only.
  std::string label_of(const schema::Record& part, std::size_t most) {
    const auto name = part.text("name");
    if (!part.has("label")) return std::string(*name).substr(0, most);
    const auto label = part.text("label");
    if (label->empty() || label->size() > most || label->find_first_of("\n\r") != std::string::npos) {
      error(Kind::bad_value, label.where, fmt::format("'{}' is no label of a file system", *label),
            fmt::format("partitions that hold {} have labels of 1 to {} letters", *part.text("holds"), most));
    }
    return std::string(*label);
  }

  void add_boot(const schema::Record& part, nlohmann::json& json) {
    if (plan_.boots) {
      error(Kind::bad_value, part.where_of("holds"), fmt::format("image '{}' has two boot partitions", image_.name),
            "firmware starts the first one it finds; keep one");
    }
    plan_.boots = true;
    if (part.has("label")) json["label"] = label_of(part, fat_label);
  }

  void add_root(const schema::Record& part) {
    const auto format = part.has("format") ? std::string(*part.text("format")) : std::string("squashfs");
    if (!plan_.roots.empty() && plan_.roots.front().format != format) {
      error(Kind::bad_value, part.where_of("format"), "the root partitions of an image have one format",
            fmt::format("the first one is {}; an update writes the same", plan_.roots.front().format));
    }
    plan_.roots.push_back({*part.text("name"), id_of(*part.text("name")), format});
  }

  void add_data(const schema::Record& part, nlohmann::json& json) {
    const auto name = std::string(*part.text("name"));
    const auto label = label_of(part, image::ext4_label);
    const auto mount = part.has("mount") ? std::string(*part.text("mount")) : "/" + name;
    once(labels_, label, part.where_of(part.has("label") ? "label" : "name"), "labelled");
    once(mounts_, mount, part.where_of(part.has("mount") ? "mount" : "name"), "mounted at");
    json["label"] = label;
    const bool last = &part == &parts_.back();
    if (part.has("grow") && part.flag("grow") && !last) {
      error(Kind::bad_value, part.where_of("grow"), fmt::format("partition '{}' cannot grow", name),
            "only the last one has free room behind it");
    }
    check_data_size(part);
    plan_.data.push_back({name, id_of(name), mount, last && part.flag("grow")});
  }

  void check_data_size(const schema::Record& part) {
    const auto size = number(part, "size");
    if (!part.has("size") || size >= image::least_ext4) return;
    error(
        Kind::too_large, part.where_of("size"),
        fmt::format("partition '{}' is {} bytes too small: it has {}, and an ext4 file system with a journal needs {}",
                    *part.text("name"), image::least_ext4 - size, size, image::least_ext4),
        fmt::format("size: {}M", image::least_ext4 >> 20));
  }

  // As far as is known before anything is built.
  void check_size(const schema::Record& disk) {
    const auto size = number(disk, "size");
    if (size == 0) return;
    std::vector<image::WantedPartition> wanted;
    for (const auto& part : parts_) {
      const bool data = *part.text("holds") == "data";
      wanted.push_back({number(part, "size"), data ? image::least_ext4 : std::uint64_t{0}});
    }
    for (const auto& shortage : image::lay_out(wanted, size).shortages) {
      if (shortage.partition) continue;
      error(
          Kind::too_large, disk.where_of("size"),
          fmt::format("the disk is {} bytes too small: it has {}, and its partitions and their table need {}",
                      shortage.needs - shortage.has, shortage.has, shortage.needs),
          fmt::format("size: {}M, or smaller partitions", (shortage.needs + image::disk_unit - 1) / image::disk_unit));
    }
  }

  void check_root_mode(const schema::Record* disk) {
    const auto mode = image_.record.text("root");
    const auto where = disk == nullptr ? mode.where : disk->where_of("partitions");
    const auto lacks = [&](std::string_view holds) {
      error(
          Kind::bad_value, mode.where,
          fmt::format("`root: {}` needs a partition that holds {}, and image '{}' has none", *mode, holds, image_.name),
          fmt::format("add to `disk: {{partitions: [...]}}`: {{name: {0}, holds: {0}}}", holds));
    };
    if (*mode == "initramfs") {
      if (!plan_.roots.empty()) {
        error(Kind::bad_value, where,
              fmt::format("image '{}' has a root partition, but its root is in the initramfs", image_.name),
              "root: overlay-memory or root: overlay-data starts from the partition");
      }
      return;
    }
    if (plan_.roots.empty()) lacks("root");
    if (*mode == "overlay-data" && plan_.data.empty()) lacks("data");
  }

  Context& context_;
  const recipe::Recipe& image_;
  DiskPlan plan_;
  std::vector<schema::Record> parts_;
  std::map<std::string, Location> names_;
  std::map<std::string, Location> labels_;
  std::map<std::string, Location> mounts_;
};

}  // namespace

std::string DiskPlan::text() const {
  std::string lines;
  for (const auto& root : roots) lines += fmt::format("root {} {} {}\n", root.name, root.id, root.format);
  for (const auto& part : data) {
    lines += fmt::format("data {} {} {} {}\n", part.name, part.id, part.mount, part.grow ? "grow" : "keep");
  }
  return lines;
}

bool root_on_disk(const recipe::Recipe& image) { return *image.record.text("root") != "initramfs"; }

DiskPlan plan_disk(Context& context, const recipe::Recipe& image) { return DiskPlanner(context, image).run(); }

}  // namespace kjx::plan
