#include "recipe/tables.h"

#include "recipe/lock.h"

namespace kjx::recipe {

using schema::Table;
using schema::Type;

namespace {

const schema::Field summary{"summary", Type::text, "One line that says what it is.", true};
const schema::Field extends{
    "extends", Type::name,
    "Starts from the recipe of this name; lists may then be edited by {append: [...], remove: [...]}."};
const schema::Field license{"license", Type::text, "SPDX licence expression.", true};
const schema::Field license_files{
    "license-files", Type::list,
    "Its licence texts, by their paths in the unpacked source. Absent: what lies at its top as COPYING, LICENSE, "
    "COPYRIGHT, NOTICE ..."};
const schema::Field home{"home", Type::text, "The project's page."};

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

Table initramfs_of_image_table() {
  return {"an image's initramfs",
          "How the root file system travels.",
          {{"compression",
            Type::word,
            "Of the cpio archive; inside the kernel it is compressed once more with the kernel.",
            false,
            "none",
            {"none", "gzip", "zstd"}},
           {"placement",
            Type::word,
            "`embedded` links it into the kernel, `separate` ships it beside.",
            false,
            "embedded",
            {"embedded", "separate"}}}};
}

Table partition_table() {
  return {
      "a partition",
      "A part of an image's disk. Its UUID follows from the names of distro, image and partition, so that the next "
      "version's is the same.",
      {{"name", Type::name, "Its name in the partition table; up to 36 letters.", true},
       {"holds",
        Type::word,
        "`boot`: the kernel and what starts it. `root`: the read-only root file system; a second one of these is "
        "left empty, for the next version. `data`: a file system that is the user's.",
        true,
        {},
        {"boot", "root", "data"}},
       {"size", Type::size, "Absent: as much as its content needs; the last one takes what is left of the disk."},
       {"format",
        Type::word,
        "File system of a root; boot partitions are FAT16, data partitions ext4.",
        false,
        {},
        {"squashfs", "erofs"}},
       {"label", Type::text, "Label of the file system (boot: up to 11 letters; data: up to 16). Absent: the name."},
       {"mount", Type::path,
        "Where the system finds a data partition. Absent: /NAME. Where the root is in memory, the service `data` of "
        "the set `data` mounts it: whoever writes there `needs:` that one."},
       {"grow", Type::boolean, "A data partition at the end takes all of the disk it is started on.", false, "true"}}};
}

Table disk_table(const Table& partition) {
  return {"a disk",
          "How the outputs raw, qcow2 and vmdk divide their disk. Absent: one boot partition on 64M.",
          {{"size", Type::size, "Of the whole disk; absent: as much as its partitions need."},
           {"partitions", Type::records, "From the disk's beginning to its end.", true, {}, {}, &partition}}};
}

Table command_check_table() {
  return {"a command of a contract",
          "A line of sh that the booted image runs as root, and what has to come of it.",
          {{"run", Type::text, "The line.", true},
           {"output", Type::text, "What it prints (stdout and stderr), exactly but for newlines at the end."},
           {"contains", Type::text, "Text that stands in what it prints."},
           {"matches", Type::text, "POSIX extended regular expression that matches in what it prints."},
           {"exit", Type::integer, "Its exit code.", false, "0"},
           {"within", Type::integer, "Seconds it may take.", false, "30"}}};
}

Table file_check_table() {
  return {"a file of a contract",
          "A path that is there in the booted image.",
          {{"path", Type::path, "Where.", true},
           {"mode", Type::mode, "Its permission bits."},
           {"owner", Type::text, "\"UID:GID\", in numbers."}}};
}

// A field for each format, so that a misspelt one is an error.
Table sizes_table(const Registries& registries) {
  Table table{"the sizes of a contract",
              "The most that something may take: outputs by their format, and what they are made of.",
              {{"root", Type::size, "Of all files of the root file system together."},
               {"initramfs", Type::size, "Of its archive."},
               {"kernel", Type::size, "Of the bootable kernel with everything inside."}}};
  for (const auto& format : registries.formats) table.fields.push_back({format.name, Type::size, "Of this output."});
  return table;
}

Table boot_table(const Table& commands, const Table& files, const Table& sizes) {
  return {"a contract",
          "What is true of the image when it works. `kjx test` boots every output and holds it against this.",
          {{"ready", Type::integer, "Seconds from power-on until its services are up.", false, "60"},
           {"services", Type::names, "Services that are up, and stay up; absent: all of the image."},
           {"commands", Type::records, "Commands and what they print.", false, {}, {}, &commands},
           {"files", Type::records, "Files that are there.", false, {}, {}, &files},
           {"ports", Type::list, "Ports that something listens on: 22, tcp/22 or udp/123."},
           {"ssh", Type::name, "A user who can log in over ssh with a key."},
           {"sizes", Type::record, "Largest sizes.", false, {}, {}, &sizes},
           {"memory", Type::size, "The most memory in use when everything is up."},
           {"reboot", Type::integer, "Seconds until a reboot has stopped everything; absent: not tried."},
           {"power-off", Type::integer, "Seconds until a power-off has stopped everything.", false, "30"}}};
}

Table image_table(const Registries& registries, const Table& initramfs, const Table& user, const Table& group,
                  const Table& disk, const Table& boot) {
  return {
      "an image",
      "recipes/images/NAME.yaml: a system, and the files it is put out as.",
      {extends,
       summary,
       {"kernel", Type::name, "The kernel: kernel/NAME.yaml; or `none`, for a root file system alone.", false,
        "kernel"},
       {"sets", Type::names, "Sets of packages and services."},
       {"packages", Type::names, "Further packages."},
       {"services", Type::names, "Further services."},
       {"users", Type::records, "Users beside those of its services.", false, {}, {}, &user},
       {"groups", Type::records, "Groups beside those of its services.", false, {}, {}, &group},
       {"hostname", Type::name, "The system's name.", false, "kjx"},
       {"console", Type::word, "What a person at the console gets.", false, "login", {"login", "autologin", "none"}},
       {"cmdline", Type::text, "Further words for the kernel's command line."},
       {"root",
        Type::word,
        "Where the root file system is while the system runs: in memory (`initramfs`), or read-only on its disk with "
        "changes kept in memory (`overlay-memory`) or on the first data partition (`overlay-data`).",
        false,
        "initramfs",
        {"initramfs", "overlay-memory", "overlay-data"}},
       {"initramfs", Type::record, "How the root file system travels.", false, {}, {}, &initramfs},
       {"disk", Type::record, "How a disk is divided.", false, {}, {}, &disk},
       {"boot", Type::record, "Its contract: what is true of it when it works.", false, {}, {}, &boot},
       {"outputs",
        Type::choices,
        "Output formats; `kjx help image FORMAT` lists the fields.",
        true,
        {},
        {},
        nullptr,
        registries.formats}}};
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

// The largest number that busybox's chpst reads.
constexpr std::int64_t most_of_chpst = 2147483647;

Table limits_table() {
  return {"limits",
          "What a service may use. `memory`, `pids` and `cpu` hold for all its processes together: they are set on its "
          "cgroup, /sys/fs/cgroup/sv/NAME. The others hold for each process.",
          {{"memory",
            Type::size,
            "Bytes of memory; when there is no more, the kernel ends the whole service, which is then "
            "started again.",
            false,
            {},
            {},
            nullptr,
            {},
            1 << 18},
           {"pids", Type::integer, "Processes and threads at a time.", false, {}, {}, nullptr, {}, 1, 4194304},
           {"cpu",
            Type::integer,
            "Percent of one processor: 50 is half of one, 200 is two.",
            false,
            {},
            {},
            nullptr,
            {},
            1,
            100000},
           {"open-files", Type::integer, "Open file descriptors.", false, {}, {}, nullptr, {}, 8, 1048576},
           {"file-size",
            Type::size,
            "Bytes of the largest file it may write.",
            false,
            {},
            {},
            nullptr,
            {},
            0,
            most_of_chpst},
           {"core", Type::size, "Bytes of a core dump.", false, {}, {}, nullptr, {}, 0, most_of_chpst}}};
}

Table restart_table() {
  constexpr std::int64_t day = 86400;
  return {
      "restarting",
      "How a service comes back that ended. One that ends too soon waits longer each time, so that it does not spin.",
      {{"pause",
        Type::integer,
        "Seconds before it is started again; doubled each time it ended too soon. 0: never.",
        false,
        "1",
        {},
        nullptr,
        {},
        0,
        day},
       {"longest-pause",
        Type::integer,
        "The pause grows no further than to so many seconds.",
        false,
        "60",
        {},
        nullptr,
        {},
        0,
        day},
       {"good-run",
        Type::integer,
        "Having run for so many seconds it did not end too soon: no pause, and the next "
        "one is short again.",
        false,
        "10",
        {},
        nullptr,
        {},
        0,
        day}}};
}

Table watchdog_table() {
  return {
      "a watchdog",
      "Feeds a hardware watchdog as long as the services named are ready. When one stays down, the feeding stops, and "
      "the hardware resets the machine.",
      {{"services", Type::names, "Services that must be ready; none: it is enough that programs run at all."},
       {"timeout",
        Type::integer,
        "Seconds without feeding until the hardware resets the machine.",
        false,
        "30",
        {},
        nullptr,
        {},
        4,
        2000},
       {"grace",
        Type::integer,
        "Seconds after its own start during which they need not be ready yet.",
        false,
        "60",
        {},
        nullptr,
        {},
        0,
        86400},
       {"device", Type::path, "The device.", false, "/dev/watchdog"}}};
}

Table user_table() {
  return {"a user",
          "A line of /etc/passwd and one of /etc/shadow, with no password. /etc/passwd of initramfs/files comes first.",
          {{"name", Type::name, "Lower-case letters, digits, _ and -.", true},
           {"id",
            Type::integer,
            "Absent: derived from the name, between 20000 and 59999.",
            false,
            {},
            {},
            nullptr,
            {},
            1,
            4294967293},
           {"group", Type::name, "The group; absent: one of the same name and id."},
           {"groups", Type::names, "Further groups, for who logs in."},
           {"home", Type::path, "The home folder.", false, "/"},
           {"shell", Type::path, "The login shell.", false, "/bin/false"}}};
}

Table group_table() {
  return {"a group",
          "A line of /etc/group. That of initramfs/files comes first.",
          {{"name", Type::name, "Lower-case letters, digits, _ and -.", true},
           {"id",
            Type::integer,
            "Absent: derived from the name, between 20000 and 59999.",
            false,
            {},
            {},
            nullptr,
            {},
            1,
            4294967293}}};
}

Table log_table() {
  return {"a log",
          "Where a service's output goes: svlogd keeps rotated files in /var/log/NAME.",
          {{"size", Type::size, "A file is rotated at this size.", false, "100000"},
           {"keep", Type::integer, "Rotated files kept.", false, "4"}}};
}

Table ready_table() {
  return {"readiness",
          "When those who need this service may start.",
          {{"command", Type::list, "Ready when this command ends with 0."},
           {"file", Type::path, "Ready when this file exists."},
           {"started", Type::boolean, "Ready as soon as it runs."}}};
}

Table service_table(const Table& limits, const Table& log, const Table& ready, const Table& restart,
                    const Table& watchdog, const Table& user, const Table& group) {
  return {"a service",
          "runit/services/NAME/service.yaml: something supervised. Scripts may stand beside it: `run` instead of "
          "`command`, "
          "`check` (0 when it is ready) instead of `ready`, `finish` (runs each time it ended), `log/run` instead of "
          "`log`.",
          {extends,
           summary,
           {"command", Type::list, "The program and its arguments; runs in the foreground. Or write a script `run`."},
           {"once", Type::boolean,
            "Runs once. Success (0) makes it ready; a failure is said on the console, and who needs it does not start.",
            false, "false"},
           {"down", Type::boolean, "In the image, but not started: `sv start NAME` does.", false, "false"},
           {"user", Type::name,
            "Runs as this user; one that nothing else describes is made, with an id derived from the name."},
           {"group", Type::name, "Runs as this group, likewise; absent: the user's."},
           {"environment", Type::map, "Further environment variables."},
           {"directory", Type::path, "Working directory."},
           {"limits", Type::record, "What it may use.", false, {}, {}, &limits},
           {"log", Type::record, "Rotation of its log; absent: to the console.", false, {}, {}, &log},
           {"needs", Type::names, "Services that must be ready before it starts."},
           {"ready", Type::record, "When those who need it may start.", false, {}, {}, &ready},
           {"restart", Type::record, "How it comes back when it ended.", false, {}, {}, &restart},
           {"watchdog", Type::record, "Instead of a command: feeds a hardware watchdog.", false, {}, {}, &watchdog},
           {"users", Type::records, "Users that it brings.", false, {}, {}, &user},
           {"groups", Type::records, "Groups that it brings.", false, {}, {}, &group},
           {"console", Type::boolean, "Left out when an image says `console: none`.", false, "false"},
           {"programs", Type::list, "Further programs that its scripts run, checked against the image."}}};
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
