// "kernel.stage1": kernel and modules, unsigned, around placeholders. The minutes are here.
//
// Description: {"arch", "kernel_image": "arch/x86/boot/bzImage", "make_target": "bzImage", "make", "source_strip"}.
// Inputs "source", "config"; files "placeholder.pem", "patch/...". Outputs:
//   objects  the build folder as far as stage 2 needs it (a large, local intermediate)
//   modules  lib/modules/RELEASE/..., stripped, unsigned, with modules.dep; nothing when the kernel takes no modules
//   release  "6.1.176-kjx", without a newline
//   config   .config after the build: the one that came in
// Certificate and initramfs are placeholders at the paths of stage 2, so this is the same work for every key.
#include <fmt/format.h>

#include "archive/cpio.h"
#include "base/disk.h"
#include "base/file.h"
#include "kconfig/config_check.h"
#include "kernel/build_progress.h"
#include "kernel/kernel.h"
#include "kernel/make.h"
#include "kernel/object_tree.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;

constexpr const char* modules_path = "/kjx/modules";

void mount_placeholders(work::Work& work) {
  const fs::path folder = work.folder("placeholders");
  write_file(folder / "certificate.pem", work.file("placeholder.pem"));
  archive::write_cpio({}, work.store(), work::source_mtime, folder / "initramfs.cpio");
  work.mount({folder / "certificate.pem", certificate_path, false});
  work.mount({folder / "initramfs.cpio", initramfs_path, false});
}

std::uint64_t expected(const fs::path& source, const kconfig::Config& config, const std::string& arch) {
  RealDisk disk;
  return expected_objects([&](const std::string& path) { return disk.read(source / path); },
                          [&](const std::string& path) { return fs::exists(source / path); }, config,
                          source_arch(arch));
}

void build(work::Work& work, std::uint64_t expected_count, bool modules) {
  BuildProgress progress(
      expected_count, [&](auto done, auto total, auto what) { work.progress(done, total, what, work::Unit::objects); });
  work::Run run = make(work, {text_of_description(work, "make_target")});
  if (modules) run.argv.emplace_back("modules");
  run.on_line = [&](std::string_view line) { progress.line(line); };
  work.run(run);
  work.log(fmt::format("stage 1 compiled {} objects, {} were expected", progress.done(), expected_count));
}

store::Manifest install_modules(work::Work& work) {
  const fs::path folder = work.folder("modules");
  work.mount({folder, modules_path, true});
  work.progress(0, 0, "modules_install");
  work.run(make(work, {std::string("INSTALL_MOD_PATH=") + modules_path, "INSTALL_MOD_STRIP=1", "modules_install"}));
  for (const auto& release : fs::directory_iterator(folder / "lib" / "modules")) {
    for (const char* link : {"build", "source"}) fs::remove(release.path() / link);  // into this sandbox
  }
  return work.store().take(folder);
}

std::string release_of(const fs::path& build_folder) {
  std::string release = read_file(build_folder / "include/config/kernel.release");
  while (!release.empty() && release.back() == '\n') release.pop_back();
  return release;
}

void build_stage1(work::Work& work) {
  const Folders folders = mount_folders(work);
  mount_placeholders(work);
  const std::string config_text = work.store().read(work.input("config"));
  write_file(folders.build / ".config", config_text);

  const kconfig::Config config = kconfig::parse_config(config_text);
  const auto modules = config.find("MODULES");
  const bool with_modules = modules != config.end() && modules->second == "y";
  build(work, expected(folders.source, config, text_of_description(work, "arch")), with_modules);

  work.output("modules", with_modules ? install_modules(work) : store::Manifest{});
  work.output("release", work.store().put(release_of(folders.build)));
  work.output("config", work.store().put_file(folders.build / ".config"));
  work.progress(0, 0, "keep objects");
  prune_objects(folders.build);
  work.output("objects", work.store().take(folders.build));
}

}  // namespace

const work::Kind& stage1_action() {
  static const work::Kind kind{"kernel.stage1", 1, build_tools(), build_stage1};
  return kind;
}

}  // namespace kjx::kernel
