// One partition does for both firmwares. UEFI starts EFI/BOOT/BOOTX64.EFI of an EFI system partition: the kernel
// itself, or what starts it (boot_files.h). On a BIOS, gptmbr.bin in sector 0 looks for the partition with the "legacy
// BIOS bootable" bit and starts its first sector; SYSLINUX, which sits there, loads the very same kernel file. Its
// installer needs neither root nor a loop device: it works on the volume's file through mtools.
//
// Each partition is a file of its own first; the disk is put together from them at the end.
#include "image/boot_disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "image/boot_files.h"
#include "image/disk.h"
#include "image/ext4.h"
#include "image/fat.h"
#include "image/layout.h"
#include "image/medium.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto syslinux_folder = "syslinux";

struct Part {
  std::string name;
  std::string holds;
  std::string label;
  std::string topic;
  Guid id;
  WantedPartition wanted;
  std::string file;  // in the folder; empty: nothing is in it
};

struct Making {
  work::Work& work;
  fs::path folder;
  json disk;
  Medium medium{};            // when there is something to boot
  BootFiles boot{};           // likewise
  std::uint64_t payload = 0;  // bytes of what goes into the boot partition
  std::vector<Part> parts{};
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

std::uint64_t bytes_in(const json& record, const char* key) {
  const auto found = record.find(key);
  if (found == record.end() || found->is_null()) return 0;
  return found->is_string() ? std::stoull(found->get<std::string>()) : found->get<std::uint64_t>();
}

// --- the boot partition ---

FatVolume volume_of(const Making& making, const Part& part, std::uint64_t first) {
  FatVolume volume{.label = part.label,
                   .id = derive_number("disk.fat", digest_of(part.id.text())),
                   .hidden = static_cast<std::uint32_t>(first),
                   .folders = making.boot.folders,
                   .files = making.boot.files};
  if (!making.medium.bios) return volume;
  const std::string folder = syslinux_folder;
  volume.folders.push_back(folder);
  volume.files.push_back({folder + "/syslinux.cfg", inside("syslinux.cfg")});
  for (const auto& module : making.medium.modules) {
    volume.files.push_back({fmt::format("{}/{}", folder, module), fmt::format("{}/{}", syslinux_modules, module)});
  }
  return volume;
}

// Returns how many bytes go into the partition.
std::uint64_t take_boot_inputs(Making& making) {
  making.boot = boot_files(making.work, making.medium, making.folder, disk_inside, false);
  if (!making.medium.bios) return making.boot.bytes;
  const auto path = [](const Within& file) { return file.path.empty() ? std::string() : "/" + file.path; };
  write_file(making.folder / "syslinux.cfg",
             boot_config(making.work, making.medium, path(making.boot.kernel), path(making.boot.initramfs)));
  // SYSLINUX's own files, generously.
  return making.boot.bytes + 512ull * 1024 + 256ull * 1024 * making.medium.modules.size();
}

// The least whole number of MiB that hold `bytes` of files.
std::uint64_t boot_bytes(const Making& making, const Part& part, std::uint64_t bytes) {
  constexpr std::uint64_t most = std::uint64_t{2} << 30;
  for (std::uint64_t size = (bytes / disk_unit + 1) * disk_unit; size < most; size += disk_unit) {
    if (fat_shape(bytes, static_cast<std::uint32_t>(size / sector_size))) return size;
  }
  throw Failure(Diagnostic{Kind::too_large, making.work.where(part.topic),
                           fmt::format("{} bytes do not fit into a boot partition of FAT16", bytes),
                           "it ends at 2G; put the root on a partition of its own: root: overlay-memory"});
}

void take_boot(Making& making, Part& part) {
  making.medium = medium_of(making.work);
  if (part.label.empty()) part.label = making.medium.label;
  making.payload = take_boot_inputs(making);
  part.wanted.needed = boot_bytes(making, part, making.payload);
}

void make_boot(Making& making, Part& part, const Place& place) {
  const auto shape = fat_shape(making.payload, static_cast<std::uint32_t>(place.sectors));
  if (!shape) {
    throw Failure(Diagnostic{
        Kind::too_large, making.work.where(part.topic),
        fmt::format("partition '{}' of {} bytes is no FAT16 file system", part.name, place.sectors * sector_size),
        "boot partitions are between 3M and 2G"});
  }
  part.file = "partition." + part.name;
  make_fat(making.work, inside(part.file), *shape, volume_of(making, part, place.first));
  if (making.medium.bios) run_in(making, {"syslinux", "--install", "--directory", syslinux_folder, part.file});
}

// --- the others ---

// The first root holds this version's, the others wait for the next one and are as large.
void take_root(Making& making, Part& part) {
  const auto image = making.work.store().path_of(making.work.input("root-image"));
  part.wanted.needed = fs::file_size(image);
  const bool first = std::ranges::none_of(making.parts, [](const Part& other) { return other.holds == "root"; });
  if (!first) return;
  part.file = "root";
  copy_file_whole(image, making.folder / part.file);
}

void make_data(Making& making, Part& part, const Place& place) {
  part.file = "partition." + part.name;
  make_ext4(making.work, inside(part.file),
            {part.label, derive_guid("disk.ext4", digest_of(part.id.text())), place.sectors * sector_size});
}

void take_parts(Making& making) {
  for (const json& item : making.disk.at("partitions")) {
    Part part{.name = item.at("name"),
              .holds = item.at("holds"),
              .label = item.value("label", ""),
              .topic = item.value("topic", ""),
              .id = Guid::parse(item.at("id").get<std::string>()),
              .wanted = {bytes_in(item, "size"), 0},
              .file = {}};
    if (part.holds == "boot") take_boot(making, part);
    if (part.holds == "root") take_root(making, part);
    if (part.holds == "data") part.wanted.needed = least_ext4;
    making.parts.push_back(std::move(part));
  }
}

void make_parts(Making& making, const Layout& layout) {
  for (std::size_t i = 0; i < making.parts.size(); ++i) {
    Part& part = making.parts[i];
    if (part.holds == "boot") make_boot(making, part, layout.partitions[i]);
    if (part.holds == "data") make_data(making, part, layout.partitions[i]);
  }
}

// --- the disk ---

Diagnostic too_small(const Making& making, const Layout::Shortage& shortage) {
  const auto missing = shortage.needs - shortage.has;
  if (shortage.partition) {
    const Part& part = making.parts[*shortage.partition];
    return {Kind::too_large, making.work.where(part.topic),
            fmt::format("partition '{}' is {} bytes too small: it has {}, and {} go in", part.name, missing,
                        shortage.has, shortage.needs),
            fmt::format("size: {}M, or leave `size:` out", (shortage.needs + disk_unit - 1) / disk_unit)};
  }
  const bool own = bytes_in(making.work.description().at("options"), "size") != 0;
  return {Kind::too_large, making.work.where(own ? "options.size" : "disk.size"),
          fmt::format("the disk is {} bytes too small: it has {}, and its partitions and their table need {}", missing,
                      shortage.has, shortage.needs),
          fmt::format("size: {}M, or smaller partitions", (shortage.needs + disk_unit - 1) / disk_unit)};
}

Layout layout_of(const Making& making) {
  std::vector<WantedPartition> wanted;
  for (const Part& part : making.parts) wanted.push_back(part.wanted);
  const auto own = bytes_in(making.work.description().at("options"), "size");
  auto layout = lay_out(wanted, own != 0 ? own : bytes_in(making.disk, "size"));
  Diagnostics diagnostics;
  for (const auto& shortage : layout.shortages) diagnostics.add(too_small(making, shortage));
  diagnostics.checkpoint();
  return layout;
}

std::string boot_code(Making& making) {
  const bool boots = std::ranges::any_of(making.parts, [](const Part& part) { return part.holds == "boot"; });
  if (!boots || !making.medium.bios) return {};
  run_in(making, {"cp", "--no-preserve=all", "/usr/lib/SYSLINUX/gptmbr.bin", "mbr"});
  return read_file(making.folder / "mbr");
}

Partition partition_of(const Making& making, const Part& part, const Place& place) {
  const bool boot = part.holds == "boot";
  return {.type = boot ? efi_system_partition() : linux_file_system(),
          .id = part.id,
          .name = part.name,
          .first = place.first,
          .sectors = place.sectors,
          .attributes = boot && making.medium.bios ? legacy_bios_bootable : 0,
          .content = part.file.empty() ? fs::path() : making.folder / part.file};
}

}  // namespace

Guid disk_id(std::string_view distro, std::string_view image) {
  return derive_guid("disk", digest_of(fmt::format("{}\n{}\n", distro, image)));
}

Guid partition_id(std::string_view distro, std::string_view image, std::string_view partition) {
  return derive_guid("partition", digest_of(fmt::format("{}\n{}\n{}\n", distro, image, partition)));
}

std::vector<schema::Field> disk_fields() {
  auto fields = boot_fields();
  fields.push_back({"size", schema::Type::size,
                    "Size of the disk, instead of the one in the image's `disk:`; what nothing is stored in takes no "
                    "room."});
  return fields;
}

fs::path make_boot_disk(work::Work& work) {
  Making making{.work = work, .folder = work.folder("image"), .disk = work.description().at("disk")};
  work.mount({making.folder, disk_inside, true});
  take_parts(making);
  const auto layout = layout_of(making);
  make_parts(making, layout);
  DiskLayout disk{Guid::parse(making.disk.at("id").get<std::string>()), layout.sectors, boot_code(making), {}};
  for (std::size_t i = 0; i < making.parts.size(); ++i) {
    disk.partitions.push_back(partition_of(making, making.parts[i], layout.partitions[i]));
  }
  write_disk(disk, making.folder / "disk.raw");
  return making.folder;
}

}  // namespace kjx::image
