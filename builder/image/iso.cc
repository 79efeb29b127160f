// ISO 9660 images that boot: as a CD, as a USB stick and as a disk, from PC BIOS and from UEFI.
//
// Four ways into the same file.
//
// - BIOS, CD. The El Torito specification (1.0, 1995) puts a "boot record" volume descriptor at block 17; it points to
// a
//   catalog whose default entry names ISOLINUX: "no emulation", 4 sectors of 512 bytes loaded to 0x7c00. That is only
//   the beginning of isolinux.bin; it finds its own rest, and the primary volume descriptor, through the "boot info
//   table" that xorriso writes into bytes 8 to 63 of it. Hence isolinux.bin on the medium is not the file of the
//   package.
// - UEFI, CD. The catalog has a second section with platform 0xEF. Its entry points at a FAT image, in which the
//   firmware starts EFI/BOOT/BOOTX64.EFI (UEFI specification 2.10, section 3.5.1.1): the kernel itself, or what starts
//   it (boot_files.cc).
// - BIOS, disk. A disk's first sector is a program, and ISO 9660 leaves its first 16 blocks free. isohdpfx.bin goes
//   there, with the block of isolinux.bin patched in; the partition table after it marks the whole image as active.
// - UEFI, disk. Firmware looks for a partition of type 0xEF in that table and finds the FAT image once more. xorriso
// also
//   leaves a GPT with the same two ranges. They overlap, which GPT forbids, so there is no protective MBR and firmware
//   goes by the MBR; the GPT helps Intel Macs, which go by it.
//
// The kernel is needed twice, as a file of ISO 9660 for ISOLINUX and as a file of FAT for UEFI, but its bytes are
// stored once: the FAT image is laid out so that the kernel begins at a multiple of 2048 bytes and lies in one piece.
// (In a unified kernel image it is a section that begins at such a multiple.) Then the kernel's ISO 9660 directory
// record (written by xorriso for an empty file) is pointed into the FAT image. Readers of both file systems just read
// blocks and never notice. Without it the medium would be twice as large. So it is with an initramfs beside the kernel.
//
// An image for UEFI alone needs no tricks: the FAT image is a partition behind the ISO in a well-formed GPT.
//
// What makes it the same bytes each time: all dates from the epoch (SOURCE_DATE_EPOCH alone lets newer times of input
// files through), every id given or patched (the volume's UUID *is* its modification date; libisofs makes the disk id
// in the MBR at byte 440 from it, we derive one), and the order of files' data, which libisofs otherwise takes from
// inode numbers when weights are equal.

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "image/boot_files.h"
#include "image/fat.h"
#include "image/format.h"
#include "image/identifiers.h"
#include "image/iso9660.h"
#include "image/medium.h"

namespace kjx::image {
namespace of_iso {

namespace fs = std::filesystem;

constexpr auto image_folder = "/kjx/image";
constexpr auto kernel_on_medium = "boot/vmlinuz";
constexpr auto initramfs_on_medium = "boot/initrd";  // ISO 9660 keeps 8 letters of a name
constexpr auto fat_on_medium = "boot/efi.img";

const schema::Table& table() {
  static const schema::Table table = [] {
    schema::Table made{"an iso output", "A hybrid ISO 9660 image: one file that boots as CD, USB stick and disk.",
                       boot_fields()};
    made.fields.push_back({"files", schema::Type::name,
                           "A folder iso/NAME of the layers, whose files lie on the medium as they are; `boot` and "
                           "`isolinux` in it are taken."});
    return made;
  }();
  return table;
}

// Everything that is under way.
struct Making {
  work::Work& work;
  Medium medium;
  Digest content;
  fs::path folder;      // seen as `image_folder` in the sandbox; tree/ becomes the file system
  BootFiles boot = {};  // of the FAT image, when there is one

  // Both firmwares read the kernel: one of them through the other's file system.
  [[nodiscard]] bool shares_kernel() const { return medium.bios && medium.uefi; }
};

void run_in(Making& making, std::vector<std::string> argv) {
  work::Run run;
  run.argv = std::move(argv);
  run.directory = image_folder;
  run.environment = {{"SOURCE_DATE_EPOCH", std::to_string(making.work.epoch())}, {"TZ", "UTC"}};
  making.work.run(run);
}

void add_blob(Making& making, std::string_view slot, const fs::path& to) {
  copy_file_whole(making.work.store().path_of(making.work.input(slot)), making.folder / to);
}

void add_isolinux(Making& making) {
  fs::create_directories(making.folder / "tree/isolinux");
  std::vector<std::string> copy{"cp", "--no-preserve=all", "/usr/lib/ISOLINUX/isolinux.bin",
                                fmt::format("{}/ldlinux.c32", syslinux_modules)};
  for (const auto& module : making.medium.modules) copy.push_back(fmt::format("{}/{}", syslinux_modules, module));
  copy.emplace_back("tree/isolinux/");
  run_in(making, copy);
  const std::string initramfs = making.medium.separate_initramfs ? fmt::format("/{}", initramfs_on_medium) : "";
  write_file(making.folder / "tree/isolinux/isolinux.cfg",
             boot_config(making.work, making.medium, fmt::format("/{}", kernel_on_medium), initramfs));
}

fs::path fat_path(const Making& making) {
  return making.shares_kernel() ? fs::path("tree") / fat_on_medium : fs::path("efi.img");
}

void add_fat(Making& making) {
  making.boot = boot_files(making.work, making.medium, making.folder, image_folder, true);
  auto& [folders, files, bytes, kernel, initramfs] = making.boot;
  for (auto& file : files) file.at_cd_sector = file.path == kernel.path || file.path == initramfs.path;
  const auto shape = fat_shape(bytes, 0);
  if (!shape) {
    throw Failure(Diagnostic{Kind::too_large, making.work.where(),
                             fmt::format("{} bytes to start do not fit into a FAT16 boot partition", bytes),
                             "it ends at 2G; a root on a disk of its own keeps the kernel small"});
  }
  const FatVolume volume{
      .label = making.medium.label, .id = derive_number("iso.fat", making.content), .folders = folders, .files = files};
  make_fat(making.work, fmt::format("{}/{}", image_folder, fat_path(making).string()), *shape, volume);
}

// Their names were held against those of the medium's own when it was planned.
void add_authors_files(Making& making) {
  for (const auto& file : making.work.files(medium_slots)) {
    const auto to = making.folder / "tree" / file.slot.substr(std::string_view(medium_slots).size());
    fs::create_directories(to.parent_path());
    write_file(to, making.work.file(file.slot), file.executable ? 0755 : 0644);
  }
}

void lay_out_tree(Making& making) {
  const auto& medium = making.medium;
  const auto tree = making.folder / "tree";
  fs::create_directories(tree / "boot");
  add_authors_files(making);
  if (medium.bios) add_isolinux(making);
  if (medium.uefi) add_fat(making);
  const auto add = [&](std::string_view slot, std::string_view path) {
    if (making.shares_kernel()) write_file(tree / path, "");
    if (!medium.uefi) add_blob(making, slot, fs::path("tree") / path);
  };
  add("kernel", kernel_on_medium);
  if (medium.separate_initramfs) add("initramfs", initramfs_on_medium);
}

// Distinct weights, heaviest first, in the order of names.
void write_weights(const Making& making) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(making.folder / "tree")) {
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(making.folder / "tree").string());
  }
  std::ranges::sort(files);
  std::string weights;
  for (std::size_t i = 0; i < files.size(); ++i) weights += fmt::format("{} /{}\n", files.size() - i, files[i]);
  write_file(making.folder / "weights", weights);
}

void append(std::vector<std::string>& argv, std::initializer_list<std::string> more) { argv.insert(argv.end(), more); }

std::vector<std::string> xorriso_command(const Making& making) {
  const auto date = fmt::format("{:%Y%m%d%H%M%S}00", fmt::gmtime(static_cast<std::time_t>(making.work.epoch())));
  std::vector<std::string> argv{"xorriso", "-no_rc", "-as", "mkisofs", "-quiet", "-o", "image.iso", "-r", "-no-pad"};
  append(argv, {"-V", making.medium.label, "-A", "KJX", "-sysid", "LINUX", "-p", "", "-publisher", "", "-volset", ""});
  append(argv, {"--modification-date=" + date, "--set_all_file_dates", date, "--sort-weight-list", "weights"});
  append(argv, {"--gpt_disk_guid", derive_guid("iso.disk", making.content).text()});
  if (making.medium.bios) {
    append(argv, {"-isohybrid-mbr", "/usr/lib/ISOLINUX/isohdpfx.bin", "-c", "isolinux/boot.cat", "-b",
                  "isolinux/isolinux.bin", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table"});
    // Whole cylinders of a disk from 1990 would be up to a megabyte of nothing. Only counts after -isohybrid-mbr.
    append(argv, {"-partition_cyl_align", "off"});
  }
  if (making.shares_kernel()) {
    append(argv, {"-eltorito-alt-boot", "-e", fat_on_medium, "-no-emul-boot", "-isohybrid-gpt-basdat"});
  } else if (making.medium.uefi) {
    append(argv, {"-append_partition", "2", "0xef", "efi.img", "-appended_part_as_gpt", "-c", "boot/boot.cat", "-e",
                  "--interval:appended_partition_2:all::", "-no-emul-boot"});
  }
  argv.emplace_back("tree");
  return argv;
}

[[noreturn]] void unexpected(const fs::path& image, std::string_view what) { throw IoError("finish", image, what); }

// Points the record of the empty file `name` at the bytes inside the FAT image.
void share(const Making& making, const fs::path& image, const Within& within, std::string_view name) {
  const auto file = find_in_fat(making.folder / fat_path(making), within.path);
  if (!file || file->offset % iso_block != 0 || within.offset % iso_block != 0) {
    unexpected(image, fmt::format("mtools laid {} out in an unexpected way", within.path));
  }
  const auto fat = find_in_iso(image, "/BOOT/EFI.IMG");
  const auto record = find_in_iso(image, name);
  if (!fat || !record) unexpected(image, "xorriso named files in an unexpected way");
  redirect(image, *record, fat->block + static_cast<std::uint32_t>((file->offset + within.offset) / iso_block),
           static_cast<std::uint32_t>(within.size));
}

// The disk's id in the MBR, bytes 440 to 443.
void set_disk_id(const Making& making, const fs::path& image) {
  const auto id = derive_id("iso.mbr", making.content);
  std::fstream file(image, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(440);
  file.write(reinterpret_cast<const char*>(id.data()), 4);
  if (!file.flush()) throw IoError("write", image, "the file system refused");
}

void run(work::Work& work) {
  Making making{work, medium_of(work), content_of(work), work.folder("image")};
  work.mount({making.folder, image_folder, true});
  lay_out_tree(making);
  write_weights(making);
  run_in(making, xorriso_command(making));
  const auto image = making.folder / "image.iso";
  if (making.shares_kernel()) share(making, image, making.boot.kernel, "/BOOT/VMLINUZ");
  if (making.shares_kernel() && making.medium.separate_initramfs) {
    share(making, image, making.boot.initramfs, "/BOOT/INITRD");
  }
  if (making.medium.bios) set_disk_id(making, image);
  work.output("image", work.store().put_file(image));
}

}  // namespace of_iso

const Format& iso_format() {
  using namespace of_iso;
  static const Format format{
      .name = "iso",
      .extension = "iso",
      .help =
          "An ISO 9660 image that starts on PC BIOS (El Torito and ISOLINUX) and on UEFI (the kernel is a UEFI program "
          "in a FAT image), burnt on a CD, copied onto a USB stick or used as a virtual machine's disk. With `rescue:` "
          "or an initramfs beside the kernel, systemd-boot starts it on UEFI.",
      .table = &table(),
      .needs_kernel = true,
      .action = {"image.iso",
                 4,
                 {"xorriso", "isolinux", "syslinux-common", "mtools", "systemd-boot-efi", "coreutils"},
                 run},
      .needs_root_inside = true,
      .boots = {boots_as_cd(), boots_as_disk("raw")}};
  return format;
}

}  // namespace kjx::image
