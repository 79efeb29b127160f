// One partition does for both firmwares. UEFI starts EFI/BOOT/BOOTX64.EFI of an EFI system partition, and that file is
// the kernel. On a BIOS, gptmbr.bin in sector 0 looks for the partition with the "legacy BIOS bootable" bit and starts
// its first sector; SYSLINUX, which sits there, loads the very same kernel file. Its installer needs neither root nor a
// loop device: it works on the volume's file through mtools.
#include "image/boot_disk.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "image/disk.h"
#include "image/fat.h"
#include "image/medium.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;

constexpr auto syslinux_folder = "syslinux";

struct Making {
  work::Work& work;
  Medium medium;
  Digest content;
  fs::path folder;
  std::uint64_t sectors = 0;  // of the whole disk
};

std::string inside(std::string_view name) { return fmt::format("{}/{}", disk_inside, name); }

void run_in(Making& making, std::vector<std::string> argv) {
  work::Run run;
  run.argv = std::move(argv);
  run.directory = disk_inside;
  // The installer calls mtools, which would stamp files with the time and give the volume a random id.
  run.environment = {{"SOURCE_DATE_EPOCH", std::to_string(making.work.epoch())}, {"TZ", "UTC"}};
  making.work.run(run);
}

std::uint64_t disk_sectors(const work::Work& work) {
  const auto& size = work.description().at("options").at("size");
  const std::uint64_t bytes = size.is_string() ? std::stoull(size.get<std::string>()) : size.get<std::uint64_t>();
  return bytes / sector_size / partition_start * partition_start;  // whole MiB, as every hypervisor likes it
}

FatVolume volume_of(Making& making) {
  FatVolume volume{.label = making.medium.label,
                   .id = derive_number("disk.fat", making.content),
                   .hidden = partition_start,
                   .folders = {"EFI", "EFI/BOOT"},
                   .files = {{"EFI/BOOT/" + making.medium.efi_name, inside("kernel")}}};
  if (!making.medium.bios) return volume;
  const std::string folder = syslinux_folder;
  volume.folders.push_back(folder);
  if (making.medium.separate_initramfs) volume.files.push_back({"initramfs", inside("initramfs")});
  volume.files.push_back({folder + "/syslinux.cfg", inside("syslinux.cfg")});
  for (const auto& module : making.medium.modules) {
    volume.files.push_back({fmt::format("{}/{}", folder, module), fmt::format("{}/{}", syslinux_modules, module)});
  }
  return volume;
}

std::uint64_t take_inputs(Making& making) {
  auto& work = making.work;
  copy_file_whole(work.store().path_of(work.input("kernel")), making.folder / "kernel");
  std::uint64_t bytes = fs::file_size(making.folder / "kernel");
  if (making.medium.separate_initramfs) {
    copy_file_whole(work.store().path_of(work.input("initramfs")), making.folder / "initramfs");
    bytes += fs::file_size(making.folder / "initramfs");
  }
  if (making.medium.bios) {
    write_file(making.folder / "syslinux.cfg", boot_config(work, making.medium, "/EFI/BOOT/" + making.medium.efi_name,
                                                           making.medium.separate_initramfs ? "/initramfs" : ""));
    bytes += 512ull * 1024 + 256ull * 1024 * making.medium.modules.size();  // SYSLINUX's own files, generously
  }
  return bytes;
}

// The partition takes all there is.
std::uint32_t partition_sectors(const Making& making) {
  const auto around = partition_start + gpt_tail;
  return making.sectors > around ? static_cast<std::uint32_t>(making.sectors - around) & ~7U : 0;
}

void make_partition(Making& making) {
  const auto bytes = take_inputs(making);
  const auto sectors = partition_sectors(making);
  const auto shape = sectors == 0 ? std::nullopt : fat_shape(bytes, sectors);
  if (!shape) {
    throw Failure(
        Diagnostic{Kind::too_large, making.work.where(),
                   fmt::format("{} bytes do not fit onto a disk of {} bytes", bytes, making.sectors * sector_size),
                   "the output's `size:` must leave room for them, and be between 8M and 2G"});
  }
  make_fat(making.work, inside("partition"), *shape, volume_of(making));
  if (making.medium.bios) run_in(making, {"syslinux", "--install", "--directory", syslinux_folder, "partition"});
}

std::string boot_code(Making& making) {
  if (!making.medium.bios) return {};
  run_in(making, {"cp", "--no-preserve=all", "/usr/lib/SYSLINUX/gptmbr.bin", "mbr"});
  return read_file(making.folder / "mbr");
}

}  // namespace

std::vector<schema::Field> disk_fields() {
  auto fields = boot_fields();
  fields.push_back(
      {"size", schema::Type::size, "Size of the disk; what nothing is stored in takes no room.", false, "64M"});
  return fields;
}

fs::path make_boot_disk(work::Work& work) {
  Making making{work, medium_of(work), content_of(work), work.folder("image"), disk_sectors(work)};
  work.mount({making.folder, disk_inside, true});
  make_partition(making);
  const Partition partition{.type = efi_system_partition(),
                            .id = derive_guid("disk.partition", making.content),
                            .name = "boot",
                            .first = partition_start,
                            .sectors = partition_sectors(making),
                            .attributes = making.medium.bios ? legacy_bios_bootable : 0,
                            .content = making.folder / "partition"};
  write_disk({derive_guid("disk", making.content), making.sectors, boot_code(making), {partition}},
             making.folder / "disk.raw");
  return making.folder;
}

}  // namespace kjx::image
