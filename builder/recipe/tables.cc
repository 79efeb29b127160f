#include "recipe/tables.h"

#include "recipe/account_tables.h"
#include "recipe/common_fields.h"
#include "recipe/image_tables.h"
#include "recipe/lock.h"
#include "recipe/service_tables.h"

namespace kjx::recipe {

using schema::Table;
using schema::Type;

namespace {

Table key_table() {
  return {
      "a signing key",
      "The key that signs kernel modules. It is read by the signing action only.",
      {{"mode",
        Type::word,
        "`generate` makes one per user and distro; `path` takes yours; `detached` takes signatures that somebody "
        "published, and needs none.",
        false,
        "generate",
        {"generate", "path", "detached"}},
       {"path", Type::text, "The PEM file with the private key (RSA), for mode `path`; relative to the layer."},
       {"certificate", Type::text,
        "The PEM file with its certificate; derived from the key when absent. Relative to the layer."},
       {"signatures", Type::text,
        "The folder with the published signatures (`signatures/` of a release), for mode `detached`; relative to the "
        "layer."}}};
}

Table distro_table(const Table& key) {
  return {"a distro",
          "recipes/distro.yaml: what holds for everything that is built. A layer writes only what differs from the "
          "layers below.",
          {{"name", Type::name, "The distro's name; also names its signing key.", true},
           {"version", Type::text, "The distro's own version, written to /etc/os-release.", true},
           {"epoch", Type::time, "The one time from which every timestamp and certificate date derives.", true},
           {"target", Type::name, "What is built for: recipes/targets/NAME.yaml.", true},
           {"default", Type::name, "The image that `kjx build` makes; absent: everything."},
           {"layers", Type::list,
            "Layers below this one, lowest first: `builtin` or a folder relative to this layer. Absent: [builtin]."},
           {"kjx", Type::text, "The oldest kjx that may build this: \">=0.1\"."},
           {"key", Type::record, "The key that signs modules.", false, {}, {}, &key}}};
}

Table nothing_required(Table table) {
  for (auto& field : table.fields) field.required = false;
  return table;
}

Table source_table(const Registries& registries) {
  return {"a source",
          "Where a package's source comes from. All alternatives give the same bytes.",
          {{"sha256", Type::digest, "The file's digest; required for everything but `local`."},
           {"from", Type::choices, "Alternatives, tried in order.", true, {}, {}, nullptr, registries.sources},
           {"strip", Type::integer, "Leading path components dropped when unpacking.", false, "1"}}};
}

Table depends_table() {
  return {"dependencies",
          "What must be there before a package is built. The two lists never mix.",
          {{"build", Type::names, "Packages whose programs run here, found in /kjx/tools."},
           {"target", Type::names, "Packages that the target's code is built against, merged into /kjx/sysroot."}}};
}

Table package_table(const Registries& registries, const Table& source, const Table& depends) {
  return {"a package",
          "recipes/packages/NAME/recipe.yaml: one program or library. Beside it: patches/*.patch (applied in filename "
          "order) "
          "and files/ (copied into its tree as they are).",
          {extends,
           summary,
           {"version", Type::text, "The upstream version.", true},
           license,
           license_files,
           home,
           {"sources", Type::records, "The source, unpacked at /kjx/src.", false, {}, {}, &source},
           {"depends", Type::record, "What it needs to be built.", false, {}, {}, &depends},
           {"style",
            Type::choice,
            "How it is built; `kjx help style NAME` lists the fields.",
            true,
            {},
            {},
            nullptr,
            registries.styles},
           {"keep", Type::list, "Only installed paths that match one of these globs are kept."},
           {"drop", Type::list, "Installed paths that match one of these globs are left out."},
           {"strip", Type::boolean, "Strip debugging symbols from what is installed.", false, "true"},
           {"replaces", Type::names, "Packages whose files this one may take over in an image."}}};
}

Table set_table() {
  return {"a set",
          "recipes/sets/NAME.yaml: packages and services that go together.",
          {extends,
           summary,
           {"sets", Type::names, "Further sets."},
           {"packages", Type::names, "Packages."},
           {"services", Type::names, "Services."}}};
}

Table kernel_table(const Table& source) {
  return {"a kernel",
          "kernel/NAME.yaml: version, source and configuration of a kernel.",
          {extends,
           summary,
           {"version", Type::text, "The upstream version.", true},
           license,
           license_files,
           home,
           {"sources", Type::records, "The source.", true, {}, {}, &source},
           {"base", Type::text, "The make target that the configuration starts from.", false, "tinyconfig"},
           {"fragments", Type::names, "kernel/fragments/NAME.config, merged in this order.", true},
           {"make", Type::list, "Further variables for make, \"K=V\"."}}};
}

Table runit_table() {
  return {
      "the supervision tree",
      "runit/runit.yaml: how the system starts, runs and stops.",
      {{"init",
        Type::word,
        "PID 1: busybox's init, which /etc/inittab tells of the stages, or runit's own, at /sbin/init and /sbin/runit.",
        false,
        "busybox",
        {"busybox", "runit"}},
       {"stages", Type::list, "Scripts of runit/stages, in the order they run."},
       {"stop-timeout", Type::integer, "Seconds that stage 3 waits for services before it kills them.", false, "10"},
       {"programs", Type::list, "Programs that the stages run, checked against the image."}}};
}

Table tools_table() {
  return {"a tool root",
          "recipes/tools.yaml: the programs that actions run with `--toolroot pinned`, as Debian's packages; which "
          "versions "
          "stands in recipes/kjx.lock.",
          {{"suite", Type::name, "The release that they are from; best one that no longer moves.", true},
           {"security", Type::boolean, "Take its updates and security fixes too: then the lock ages faster.", false,
            "false"},
           {"architecture", Type::name, "What they run on, in Debian's words: amd64.", true},
           {"packages", Type::names, "Debian's packages; what they depend on comes along.", true},
           {"menu", Type::names,
            "Further ones that `kjx menuconfig` sees beside these: no build does, so they are part of no key."},
           {"links", Type::map,
            "Links to be made, path: target, for what Debian leaves to update-alternatives: {/usr/bin/awk: mawk}."},
           {"drop", Type::list, "Paths that match one of these globs are left out."}}};
}

Table entry_table() {
  return {"an entry",
          "A path of the root file system. Without `type` it changes what a file of files/ is like.",
          {{"path", Type::path, "Where.", true},
           {"type", Type::word, "What.", false, {}, {"directory", "symlink", "char", "block", "fifo"}},
           {"mode", Type::mode, "Permission bits."},
           {"owner", Type::text, "\"USER:GROUP\": names of the image, or numbers.", false, "0:0"},
           {"target", Type::text, "Of a symlink."},
           {"device", Type::text, "\"MAJOR:MINOR\" of a device node."}}};
}

Table initramfs_table(const Table& entry) {
  return {"an initramfs",
          "initramfs/initramfs.yaml: what every image holds beside packages, services and modules. files/ beside it is "
          "copied "
          "as it is (0755 if executable, else 0644, owner 0:0).",
          {{"entries", Type::records, "Directories, links, device nodes.", false, {}, {}, &entry}}};
}

Table early_table(const Table& entry) {
  return {
      "an early initramfs",
      "initramfs/early.yaml: what finds the root of an image that has it on its disk. early/ beside it is copied as "
      "it is; its init runs first.",
      {{"packages", Type::names, "Packages whose programs it runs."},
       {"programs", Type::list, "Paths of theirs that are taken, with what they link to."},
       {"modules", Type::names, "Modules that the kernel must have, or have built in."},
       {"drivers", Type::list, "Globs of modules: \"kernel/drivers/ata/**\"; what the kernel has of them is taken."},
       {"entries", Type::records, "Directories, links, device nodes.", false, {}, {}, &entry}}};
}

Table target_kernel_table() {
  return {"a target's kernel",
          "How the kernel's own build names this target.",
          {{"arch", Type::name, "ARCH for kbuild.", true},
           {"make-target", Type::name, "The make target of the bootable file.", true},
           {"image", Type::text, "The bootable file in the object tree.", true}}};
}

Table target_firmware_table() {
  return {"a target's firmware",
          "How machines of this target boot.",
          {{"efi-name", Type::name, "Name of the program that UEFI starts from removable media.", true},
           {"bios", Type::boolean, "Has a PC BIOS.", false, "false"}}};
}

Table qemu_table() {
  return {"a target's QEMU machine",
          "How QEMU is started for this target.",
          {{"program", Type::name, "The emulator.", true},
           {"machine", Type::list, "Arguments that choose the machine.", true},
           {"console", Type::name, "The kernel's name for the first serial line.", true},
           {"shell", Type::name, "Its name for the second, over which `kjx test` talks to the guest."},
           {"uefi-code", Type::list, "Places of the UEFI firmware, the first that exists is taken."},
           {"uefi-variables", Type::list, "Places of its empty variable store."}}};
}

Table target_table(const Table& kernel, const Table& firmware, const Table& qemu) {
  return {"a target",
          "recipes/targets/NAME.yaml: everything that depends on the architecture.",
          {summary,
           {"triple", Type::text, "The compiler's name for it.", true},
           {"oci", Type::name, "The name that container images have for it."},
           {"kernel", Type::record, "In the kernel's words.", true, {}, {}, &kernel},
           {"firmware", Type::record, "How it boots.", true, {}, {}, &firmware},
           {"qemu", Type::record, "How QEMU runs it.", true, {}, {}, &qemu}}};
}

}  // namespace

Tables::Tables(const Registries& registries)
    : key(key_table()),
      distro(distro_table(key)),
      distro_layer(nothing_required(distro)),
      source(source_table(registries)),
      depends(depends_table()),
      package(package_table(registries, source, depends)),
      set(set_table()),
      initramfs_of_image(initramfs_of_image_table()),
      user(user_table()),
      group(group_table()),
      partition(partition_table()),
      disk(disk_table(partition)),
      command_check(command_check_table()),
      file_check(file_check_table()),
      sizes(sizes_table(registries)),
      boot(boot_table(command_check, file_check, sizes)),
      image(image_table(registries, initramfs_of_image, user, group, disk, boot)),
      kernel(kernel_table(source)),
      limits(limits_table()),
      log(log_table()),
      ready(ready_table()),
      restart(restart_table()),
      watchdog(watchdog_table()),
      service(service_table(limits, log, ready, restart, watchdog, user, group)),
      runit(runit_table()),
      tools(tools_table()),
      entry(entry_table()),
      initramfs(initramfs_table(entry)),
      early(early_table(entry)),
      target_kernel(target_kernel_table()),
      target_firmware(target_firmware_table()),
      qemu(qemu_table()),
      target(target_table(target_kernel, target_firmware, qemu)),
      iso(registries.iso) {}

std::vector<FileKind> Tables::files() const {
  std::vector<FileKind> all{{"distro", "recipes/distro.yaml", &distro, &distro_layer},
                            {"package", "recipes/packages/*/recipe.yaml", &package},
                            {"set", "recipes/sets/*.yaml", &set},
                            {"image", "recipes/images/*.yaml", &image},
                            {"kernel", "kernel/*.yaml", &kernel},
                            {"service", "runit/services/*/service.yaml", &service},
                            {"runit", "runit/runit.yaml", &runit},
                            {"initramfs", "initramfs/initramfs.yaml", &initramfs},
                            {"early", "initramfs/early.yaml", &early},
                            {"target", "recipes/targets/*.yaml", &target},
                            {"tools", "recipes/tools.yaml", &tools},
                            {"lock", lock_file, &lock_table()}};
  if (iso != nullptr) all.push_back({"iso", "iso/iso.yaml", iso});
  return all;
}

}  // namespace kjx::recipe
