// "kernel.configure": base + fragments -> .config, in seconds.
//
// Description: {"arch", "base": "tinyconfig" (a target of the kernel's make), "fragments": [NAME...] in their order,
// "make": [...], "source_strip": 1}. Input "source"; files "fragment/NAME", "patch/...". Output "config".
// Every symbol asked for by a fragment must be in the result, else Failure (config_not_kept) with one error for each.
#include "base/disk.h"
#include "base/file.h"
#include "kconfig/config_check.h"
#include "kernel/kernel.h"
#include "kernel/make.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;
using kconfig::Asked;

// The fragment under the name that the recipes' errors use, when the plan told one.
std::shared_ptr<const SourceText> fragment(work::Work& work, const std::string& slot, const fs::path& path) {
  std::string name = path.string();
  const Location told = work.where(slot);
  if (told && fs::path(told.file->name).filename() == path.filename()) name = told.file->name;
  return std::make_shared<SourceText>(SourceText{name, work.file(slot)});
}

fs::path path_of(const work::Work& work, const std::string& slot) {
  for (const auto& file : work.files(slot)) {
    if (file.slot == slot) return file.path;
  }
  return slot;
}

std::vector<std::shared_ptr<const SourceText>> fragments(work::Work& work) {
  std::vector<std::shared_ptr<const SourceText>> all;
  for (const auto& name : work.description().value("fragments", std::vector<std::string>{})) {
    const std::string slot = "fragment/" + name;
    all.push_back(fragment(work, slot, path_of(work, slot)));
  }
  return all;
}

std::vector<Asked> wishes(const std::vector<std::shared_ptr<const SourceText>>& fragments) {
  Diagnostics errors;
  std::vector<std::vector<Asked>> all;
  for (const auto& each : fragments) all.push_back(kconfig::parse_fragment(each, errors));
  errors.checkpoint();
  return kconfig::merge(all);
}

std::map<std::string, std::string> source_variables(const std::string& arch) {
  return {{"ARCH", arch}, {"SRCARCH", source_arch(arch)}, {"srctree", "."}};
}

kconfig::Tree tree_of(const fs::path& source, const std::string& arch) {
  RealDisk disk;
  return kconfig::read_tree([&](const std::string& path) { return disk.read(source / path); }, "Kconfig",
                            source_variables(arch));
}

void make_config(work::Work& work, const fs::path& config, const std::string& wishes) {
  work.progress(0, 2, "configure");
  work.run(make(work, {text_of_description(work, "base")}));
  write_file(config, read_file(config) + wishes);
  work.progress(1, 2, "configure");
  work.run(make(work, {"olddefconfig"}));
}

void configure_kernel(work::Work& work) {
  const auto texts = fragments(work);
  const std::vector<Asked> asked = wishes(texts);
  const Folders folders = mount_folders(work);
  const fs::path config = folders.build / ".config";
  const std::string lines = kconfig::config_lines(asked);
  const std::string arch = text_of_description(work, "arch");

  make_config(work, config, lines);
  work.configured({config,
                   {folders.source},
                   "Kconfig",
                   source_variables(arch),
                   texts,
                   [&](const std::string& more) { make_config(work, config, lines + more); },
                   [&](const std::string& target) { return make(work, {target}); }});

  Diagnostics errors;
  const std::string made = read_file(config);
  const kconfig::Tree tree = tree_of(folders.source, arch);
  kconfig::check_kept(asked, kconfig::parse_config(made), &tree, errors);
  errors.checkpoint();
  work.output("config", work.store().put(made));
}

}  // namespace

const work::Kind& configure_action() {
  static const work::Kind kind{"kernel.configure", 1, build_tools(), configure_kernel};
  return kind;
}

}  // namespace kjx::kernel
