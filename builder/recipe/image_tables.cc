#include "recipe/image_tables.h"

#include "recipe/common_fields.h"

namespace kjx::recipe {

using schema::Table;
using schema::Type;

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

}  // namespace kjx::recipe
