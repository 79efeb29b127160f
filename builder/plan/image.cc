#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "guest/contract.h"
#include "image/format.h"
#include "image/initramfs.h"
#include "image/medium.h"
#include "image/programs.h"
#include "image/root_image.h"
#include "image/rootfs.h"
#include "kernel/kernel.h"
#include "plan/contents.h"
#include "plan/context.h"
#include "plan/disk.h"
#include "plan/early.h"
#include "runit/accounts.h"
#include "runit/shell.h"
#include "runit/tree.h"
#include "schema/types.h"

namespace kjx::plan {

namespace {

// The actions of one image are called IMAGE.root, IMAGE.initramfs, IMAGE.kernel ...
class ImagePlan {
 public:
  ImagePlan(Context& context, const recipe::Recipe& image, const KernelActions* kernel)
      : context_(context),
        image_(image),
        kernel_(kernel),
        contents_(contents_of(context.recipes, image)),
        disk_(plan_disk(context, image)) {}

  void run() {
    tree_ = runit::tree(context_.recipes, contents_.services, context_.disk, context_.diagnostics);
    accounts_ = runit::accounts(context_.recipes, image_, contents_.services, context_.disk, context_.diagnostics);
    plan_root();
    plan_programs();
    if (has_early()) plan_early(context_, image_, *kernel_, disk_);
    plan_initramfs();
    if (!disk_.roots.empty()) plan_root_image();
    if (kernel_ != nullptr) {
      plan_stage2();
      plan_check();
    }
    for (const auto& output : image_.record.choices("outputs")) plan_output(output);
    if (const auto* boot = image_.record.record("boot")) plan_contract(*boot);
    add_targets();
    plan_provenance(context_, image_, contents_.packages, kernel_, exports_);
  }

 private:
  [[nodiscard]] std::string named(std::string_view part) const { return image_.name + "." + std::string(part); }

  // Does the kernel start a small initramfs that finds the root on a disk?
  [[nodiscard]] bool has_early() const { return kernel_ != nullptr && root_on_disk(image_); }

  [[nodiscard]] bool embedded() const {
    const auto* initramfs = image_.record.record("initramfs");
    return initramfs == nullptr || *initramfs->text("placement") == "embedded";
  }

  void plan_root() {
    auto& action = context_.add(image::rootfs_action(), named("root"), {}, image_.where);
    if (kernel_ != nullptr) {
      add_part(action, kernel_->modules, "modules", fmt::format("the modules of '{}'", kernel_->prefix),
               image_.record.where_of("kernel"), {});
    }
    for (const auto& name : contents_.packages) {
      const auto& package = context_.recipes.packages.at(name);
      std::vector<std::string> replaces;
      for (const auto& other : package.record.list("replaces")) replaces.push_back(fmt::format("package '{}'", *other));
      add_part(action, name, "tree", fmt::format("package '{}'", name), package.where, replaces);
    }
    action.description["entries"] = entries(action);
    action.description["files"] = files(action);
    action.description["texts"] = texts();
    action.outputs = {"root"};
    action.summary = fmt::format("{}: merge the root file system", image_.name);
  }

  static void add_part(graph::Action& action, const std::string& producer, const std::string& output,
                       const std::string& owner, const Location& where, const std::vector<std::string>& replaces) {
    const auto slot = fmt::format("part.{}", action.inputs.size());
    action.inputs.push_back({slot, producer, output});
    action.locations[slot] = where;
    action.description["parts"].push_back({{"slot", slot}, {"owner", owner}, {"topic", slot}, {"replaces", replaces}});
  }

  nlohmann::json entries(graph::Action& action) const {
    auto json = nlohmann::json::array();
    for (const auto& entry : context_.recipes.initramfs.record.records("entries")) {
      const auto topic = fmt::format("entry.{}", json.size());
      action.locations[topic] = entry.where;
      auto fields = entry.json();
      // Names that are none of this image stay: the step refuses them, as it does other nonsense.
      if (const auto owner = runit::owner_ids(accounts_, *entry.text("owner"))) fields["owner"] = *owner;
      fields["topic"] = topic;
      json.push_back(std::move(fields));
    }
    for (const auto& link : tree_.links)
      json.push_back({{"path", link.path}, {"type", "symlink"}, {"target", link.target}});
    return json;
  }

  nlohmann::json files(graph::Action& action) const {
    auto json = nlohmann::json::array();
    for (const auto& file : context_.recipes.initramfs.files) {
      if (std::ranges::find(accounts_.files, file.name, &runit::Text::path) != accounts_.files.end()) continue;
      const auto slot = fmt::format("file/{}", file.name);
      action.files.push_back(file_of(slot, file));
      json.push_back({{"slot", slot}, {"path", file.name}, {"executable", file.executable}});
    }
    return json;
  }

  nlohmann::json texts() const {
    auto json = nlohmann::json::array();
    for (const auto& [path, text, mode] : tree_.texts)
      json.push_back({{"path", path}, {"text", text}, {"mode", mode}, {"owner", "runit"}});
    for (const auto& [path, text, mode] : accounts_.files)
      json.push_back({{"path", path}, {"text", text}, {"mode", mode}, {"owner", "users and groups"}});
    const auto hostname = *image_.record.text("hostname");
    const auto own = [&](std::string_view path, const std::string& text) {
      json.push_back(
          {{"path", path}, {"text", text}, {"mode", 0644}, {"owner", fmt::format("image '{}'", image_.name)}});
    };
    own("etc/hostname", hostname + "\n");
    own("etc/os-release", os_release());
    if (!disk_.data.empty()) own("etc/kjx/disk", disk_.text());
    own("etc/kjx/console", *image_.record.text("console") + "\n");
    own("etc/kjx/packages", packages());
    own("etc/kjx/stop-timeout", fmt::format("{}\n", context_.recipes.runit.record.number("stop-timeout")));
    return json;
  }

  // For whoever looks into the image: "NAME VERSION" a line.
  [[nodiscard]] std::string packages() const {
    std::string text;
    for (const auto& name : contents_.packages) {
      text += fmt::format("{} {}\n", name, *context_.recipes.packages.at(name).record.text("version"));
    }
    return text;
  }

  // os-release(5)
  [[nodiscard]] std::string os_release() const {
    const auto& distro = context_.recipes.distro.record;
    return fmt::format("NAME=\"{0}\"\nID={0}\nVERSION_ID={1}\nPRETTY_NAME=\"{0} {1}\"\nVARIANT_ID={2}\n",
                       *distro.text("name"), *distro.text("version"), image_.name);
  }

  void plan_programs() {
    auto& action = context_.add(image::programs_action(), named("programs"), {{"programs", nlohmann::json::array()}},
                                image_.record.where_of("services"));
    for (const auto& program : tree_.programs) {
      const auto topic = fmt::format("program.{}", action.description["programs"].size());
      action.locations[topic] = program.where;
      action.description["programs"].push_back({{"name", program.name}, {"user", program.user}, {"topic", topic}});
    }
    action.inputs = {{"root", named("root"), "root"}};
    action.outputs = {"checked"};
    action.summary = fmt::format("{}: check the programs that scripts run", image_.name);
  }

  void plan_initramfs() {
    const auto* initramfs = image_.record.record("initramfs");
    const auto compression = initramfs == nullptr ? std::string("none") : *initramfs->text("compression");
    plan_archive("initramfs", has_early() ? "early" : "root", compression);
    if (has_early()) plan_archive("archive", "root", "none");
  }

  void plan_archive(std::string_view name, std::string_view root, const std::string& compression) {
    auto& action = context_.add(image::initramfs_action(), named(name), {{"compression", compression}}, image_.where);
    action.inputs = {{"root", named(root), "root"}, {"programs", named("programs"), "checked"}};
    action.outputs = {"cpio"};
    action.summary = fmt::format("{}: write the {}", image_.name, name);
  }

  // The read-only file system of the root partitions.
  void plan_root_image() {
    auto& action = context_.add(image::root_image_action(), named("root-image"),
                                {{"format", disk_.roots.front().format}}, image_.record.where_of("disk"));
    action.inputs = {{"root", named("root"), "root"}, {"programs", named("programs"), "checked"}};
    action.outputs = {"image"};
    action.summary = fmt::format("{}: write the root as {}", image_.name, disk_.roots.front().format);
  }

  void plan_stage2() {
    auto description = make_description(context_, context_.recipes.kernels.at(*image_.record.text("kernel")));
    auto& action = context_.add(kernel::stage2_action(), named("kernel"), std::move(description), image_.where);
    action.inputs = {{"source", kernel_->source, kernel_->source_output},
                     {"config", kernel_->config, "config"},
                     {"objects", kernel_->stage1, "objects"}};
    if (embedded()) action.inputs.push_back({"initramfs", named("initramfs"), "cpio"});
    action.inputs.push_back(certificate_input());
    add_patches(context_, action);
    action.outputs = {"kernel", "config"};
    action.summary = fmt::format("{}: kernel, stage 2", image_.name);
  }

  void plan_check() {
    auto& action = context_.add(kernel::check_action(), named("check"), {}, image_.where);
    action.inputs = {{"kernel", named("kernel"), "kernel"},   {"modules", kernel_->modules, "modules"},
                     {"release", kernel_->stage1, "release"}, {"config1", kernel_->stage1, "config"},
                     {"config2", named("kernel"), "config"},  certificate_input()};
    action.outputs = {"checked"};
    action.summary = fmt::format("{}: check signatures, configuration, vermagic", image_.name);
  }

  [[nodiscard]] nlohmann::json target_json() const {
    const auto& firmware = *context_.target.record.record("firmware");
    nlohmann::json json{{"efi_name", *firmware.text("efi-name")}, {"bios", firmware.flag("bios")}};
    if (context_.target.record.has("oci")) json["oci"] = *context_.target.record.text("oci");
    return json;
  }

  // One file of a format: its name is the image's.
  bool first_of_its_format(const schema::Chosen& output) {
    const auto [first, fresh] = formats_.emplace(*output.name, output.name.where);
    if (fresh) return true;
    context_.diagnostics.add({Kind::duplicate_name,
                              output.name.where,
                              fmt::format("image '{}' has the output '{}' twice", image_.name, *output.name),
                              "both would be the same file; put one into an image that says `extends:`",
                              {{first->second, "first given here"}}});
    return false;
  }

  [[nodiscard]] bool needs_kernel(const image::Format& format) const {
    return format.needs_kernel || (format.disk && disk_.boots);
  }

  // Does the image have what the format is made of?
  bool can_be_made(const image::Format& format, const schema::Chosen& output) {
    const auto said = context_.diagnostics.list().size();
    if (needs_kernel(format) && kernel_ == nullptr) {
      error(output.name.where,
            fmt::format("output '{}' needs a kernel, and image '{}' has none", *output.name, image_.name),
            "name a kernel: `kernel: kernel`");
    } else if (format.needs_separate && embedded()) {
      error(output.name.where,
            fmt::format("output '{}' needs the initramfs beside the kernel; that of image '{}' is inside", *output.name,
                        image_.name),
            "initramfs: {placement: separate}, in an image of its own that says `extends:` if others want it inside");
    }
    if (format.needs_root_inside && root_on_disk(image_)) {
      const auto root = image_.record.text("root");
      error(output.name.where,
            fmt::format("output '{}' has no partition for a root, and that of image '{}' lies on one", *output.name,
                        image_.name),
            "raw, qcow2 and vmdk have partitions; or an image of its own that says `extends:` and `root: initramfs`",
            {{root.where, fmt::format("`root: {}`", *root)}});
    }
    check_firmware(output);
    return context_.diagnostics.list().size() == said;
  }

  void error(const Location& where, std::string message, std::string help, std::vector<Note> notes = {}) {
    context_.diagnostics.add({Kind::bad_value, where, std::move(message), std::move(help), std::move(notes)});
  }

  void check_firmware(const schema::Chosen& output) {
    const auto& table = *output.record.table;
    if (schema::find_field(table, "firmware") == nullptr || *output.record.text("firmware") != "bios") return;
    const auto& firmware = *context_.target.record.record("firmware");
    if (firmware.flag("bios")) return;
    error(
        output.record.where_of("firmware"),
        fmt::format("output '{}' is to start on a BIOS, and target '{}' has none", *output.name, context_.target.name),
        "firmware: uefi; a target whose machines have one says `firmware: {bios: true}`",
        {{firmware.where, "the target's firmware"}});
  }

  // What an output's field `files` names.
  void add_medium_files(graph::Action& action, const schema::Chosen& output) {
    if (!output.record.has("files")) return;
    const auto folder = output.record.text("files");
    const auto& folders = context_.recipes.medium_files;
    const auto found = folders.find(*folder);
    if (found == folders.end()) {
      std::vector<std::string> names;
      for (const auto& [name, files] : folders) names.push_back(name);
      context_.diagnostics.add({Kind::unknown_name, folder.where,
                                fmt::format("there is no folder '{}' of files for a medium", *folder),
                                did_you_mean(*folder, names, fmt::format("they would be read from iso/{}/", *folder))});
      return;
    }
    for (const auto& file : found->second) {
      check_medium_file(file, folder.where);
      action.files.push_back(file_of(image::medium_slots + file.name, file));
    }
  }

  // ISO 9660 knows capital letters only, so BOOT/ is boot/.
  void check_medium_file(const recipe::DataFile& file, const Location& where) {
    std::string first = file.name.substr(0, file.name.find('/'));
    std::ranges::transform(first, first.begin(), [](unsigned char c) { return std::tolower(c); });
    if (std::ranges::find(image::own_folders, first) == std::end(image::own_folders)) return;
    error(where, fmt::format("{} would lie where the medium has what starts it", file.shown),
          fmt::format("/{} is the medium's own: another name for it, or one folder more", first));
  }

  // A file of the output's, which its short name means too.
  void export_file(const graph::Action& action, std::string_view output, std::string_view extension) {
    const auto path = fmt::format("images/{}.{}", image_.name, extension);
    context_.graph.exports.push_back({action.name, std::string(output), path});
    exports_.push_back(path);
    outputs_.back().second.push_back(path);
  }

  void plan_output(const schema::Chosen& output) {
    if (!first_of_its_format(output)) return;
    const auto& format = *image::find(*output.name);
    if (!can_be_made(format, output)) return;
    nlohmann::json description{{"image", image_.name},
                               {"options", output.record.json()},
                               {"cmdline", *image_.record.text("cmdline")},
                               {"separate", !embedded()},
                               {"target", target_json()}};
    if (context_.recipes.iso.record.table != nullptr) description["medium"] = context_.recipes.iso.record.json();
    auto& action = context_.add(format.action, named(*output.name), std::move(description), output.name.where);
    // What goes out without a kernel is the root itself.
    const bool itself = has_early() && !format.needs_kernel && !format.disk;
    action.inputs = {{"root", named("root"), "root"}, {"initramfs", named(itself ? "archive" : "initramfs"), "cpio"}};
    if (kernel_ != nullptr) action.inputs.push_back({"checked", named("check"), "checked"});
    if (needs_kernel(format)) action.inputs.push_back({"kernel", named("kernel"), "kernel"});
    if (format.disk) add_disk(action);
    for (const auto& file : context_.recipes.iso.beside) action.files.push_back(file_of("iso/" + file.name, file));
    add_medium_files(action, output);
    for (const auto& [field, value] : output.record.values)
      action.locations["options." + field] = output.record.where_of(field);
    action.outputs = {"image"};
    action.summary = fmt::format("{}: write the {}", image_.name, *output.name);
    outputs_.push_back({*output.name, {}});
    export_file(action, "image", format.extension);
    for (const auto& file : format.further) {
      if (file.only_separate && embedded()) continue;
      action.outputs.emplace_back(file.output);
      export_file(action, file.output, file.extension);
    }
  }

  void add_disk(graph::Action& action) const {
    action.description["disk"] = disk_.description;
    if (!disk_.roots.empty()) action.inputs.push_back({"root-image", named("root-image"), "image"});
    action.locations.insert(disk_.locations.begin(), disk_.locations.end());
  }

  // What the contract's commands run must be in the image: known once there is a root, long before anything boots.
  // Nothing waits for it, so an edit of a contract makes no image anew.
  void plan_contract(const schema::Record& boot) {
    const auto contract = guest::read_contract(&boot, image_facts(context_.recipes, image_), context_.diagnostics);
    auto& action =
        context_.add(image::programs_action(), named("contract"), {{"programs", nlohmann::json::array()}}, boot.where);
    for (const auto& command : contract.commands) {
      for (const auto& mention : runit::programs_of(*command.run)) {
        const auto topic = fmt::format("program.{}", action.description["programs"].size());
        action.locations[topic] = command.run.where;
        action.description["programs"].push_back(
            {{"name", mention.program}, {"user", "the contract"}, {"topic", topic}});
      }
    }
    action.inputs = {{"root", named("root"), "root"}};
    action.outputs = {"checked"};
    action.summary = fmt::format("{}: check the programs that its contract runs", image_.name);
    has_contract_ = true;
  }

  void add_targets() {
    auto& targets = context_.graph.targets;
    targets.push_back({image_.name, {named("initramfs")}, exports_});
    if (has_contract_) targets.back().actions.push_back(named("contract"));
    if (kernel_ != nullptr) add_kernel_export(targets.back());
    const bool is_default = *context_.recipes.distro.record.text("default") == image_.name;
    if (is_default) {
      if (kernel_ != nullptr) add_short_target({"kernel", {}, {kernel_path()}});
      add_short_target({"initramfs", {named("initramfs")}, {}});
      for (const auto& [format, paths] : outputs_) add_short_target({format, {}, paths});
    }
  }

  // What the default image consists of goes by the word for it.
  void add_short_target(graph::Target target) {
    const auto taken = [&](const recipe::ByName& recipes, std::string_view kind) {
      const auto found = recipes.find(target.name);
      if (found == recipes.end()) return;
      context_.diagnostics.add({Kind::duplicate_name, found->second.where,
                                fmt::format("{} '{}' has the name of a part of every image", kind, target.name),
                                "`kjx build` could not tell them apart; rename it"});
    };
    taken(context_.recipes.packages, "package");
    taken(context_.recipes.images, "image");
    context_.graph.targets.push_back(std::move(target));
  }

  [[nodiscard]] std::string kernel_path() const { return fmt::format("images/{}.bzImage", image_.name); }

  void add_kernel_export(graph::Target& target) {
    context_.graph.exports.push_back({named("kernel"), "kernel", kernel_path()});
    target.actions.push_back(named("check"));
    target.exports.push_back(kernel_path());
    exports_.push_back(kernel_path());
  }

  Context& context_;
  const recipe::Recipe& image_;
  const KernelActions* kernel_;  // nothing: an image without one
  Contents contents_;
  bool has_contract_ = false;
  runit::Tree tree_;
  runit::Accounts accounts_;
  DiskPlan disk_;
  std::map<std::string, Location> formats_;  // so far, and where each was asked for
  std::vector<std::string> exports_;
  std::vector<std::pair<std::string, std::vector<std::string>>> outputs_;  // format, its files
};

}  // namespace

void plan_image(Context& context, const recipe::Recipe& image, const KernelActions* kernel) {
  ImagePlan(context, image, kernel).run();
}

}  // namespace kjx::plan
