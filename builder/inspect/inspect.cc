// Files are known by their first bytes, never by their names. What is found inside is looked at the same way, as deep
// as a disk in a container in a disk, and no deeper: an image may be made by somebody who means ill.
#include "inspect/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "archive/decompress.h"
#include "archive/listing.h"
#include "base/amount.h"
#include "base/error.h"
#include "base/file.h"
#include "diag/diagnostic.h"
#include "image/pe.h"
#include "inspect/disk.h"
#include "inspect/kernel_image.h"
#include "inspect/openers.h"
#include "inspect/programs.h"
#include "inspect/source.h"
#include "inspect/tree.h"
#include "inspect/volumes.h"
#include "kernel/boot_image.h"

namespace kjx::inspect {
namespace {

namespace fs = std::filesystem;

constexpr int deepest = 12;                        // indentation, some two for each thing inside another
constexpr std::uint64_t most_read = 512ull << 20;  // of a file inside a tree
constexpr std::uint64_t most_unpacked = 2048ull << 20;

// What is being looked at. A reader says false when it is nothing of its kind after all.
struct Look {
  Report& report;
  std::string shown;
  fs::path file;
  Source source;
};

void title(const Look& look, std::string_view what) {
  look.report.line(fmt::format("{}: {}, {}", look.shown, what, shown_bytes(fs::file_size(look.file))));
}

bool read_virtual_disk(Look& look, const std::string& format);

// --- trees ---

bool read_volume(Look& look, std::string_view what, std::optional<Tree> (*open)(const fs::path&)) {
  title(look, what);
  const Report::Indent indent(look.report);
  if (const auto tree = open(look.file)) {
    report_tree(look.report, *tree);
  } else {
    look.report.line("it is damaged: its own tools cannot read it");
  }
  return true;
}

bool read_fat(Look& look) { return read_volume(look, "FAT file system", fat_tree); }
bool read_squashfs(Look& look) { return read_volume(look, "squashfs file system", squashfs_tree); }

bool read_ext(Look& look) {
  const auto features = look.source.number(1024 + 96, 4);
  const bool journal = (look.source.number(1024 + 92, 4) & 4) != 0;
  const auto what = (features & 0x40) != 0 ? "ext4" : journal ? "ext3" : "ext2";
  return read_volume(look, fmt::format("{} file system", what), ext_tree);
}

bool read_erofs(Look& look) {
  title(look, "EROFS file system");
  const Report::Indent indent(look.report);
  if (const auto tree = erofs_tree(look.file, look.report.scratch())) {
    report_tree(look.report, *tree);
  } else {
    look.report.line("fsck.erofs cannot unpack it: it is damaged, or has device nodes that only root can make");
  }
  return true;
}

// --- disks ---

void report_slices(Look& look, const PartitionTable& table) {
  look.report.line(fmt::format("partitions ({}): {}", table.kind, table.slices.size()));
  const Report::Indent indent(look.report);
  for (const auto& slice : table.slices) {
    auto line = fmt::format("{}: {}, {} at byte {}", slice.number, slice.type, shown_bytes(slice.size), slice.first);
    if (!slice.name.empty()) line += fmt::format(", '{}'", slice.name);
    if (!slice.id.empty()) line += ", " + slice.id;
    if (slice.boots) line += table.kind == "GPT" ? ", started by BIOS" : ", active";
    look.report.line(line);
    if (slice.first == 0) continue;  // a hybrid image's partition that is the whole of it
    const auto part = look.report.scratch();
    look.source.copy(slice.first, slice.size, part);
    const Report::Indent deeper(look.report);
    if (slice.first + slice.size > look.source.size()) look.report.line("it ends behind the end of the disk");
    inspect_part(look.report, "content", part);
    fs::remove(part);
  }
}

bool read_disk(Look& look) {
  const auto tables = partition_tables(look.source);
  if (tables.empty()) return false;
  title(look, "disk image (raw)");
  const Report::Indent indent(look.report);
  for (const auto& table : tables) report_slices(look, table);
  return true;
}

bool read_virtual_disk(Look& look, const std::string& format) {
  title(look, fmt::format("disk image ({})", format));
  const Report::Indent indent(look.report);
  const auto raw = look.report.scratch();
  const auto said_info = said({"qemu-img", "info", "--output=json", "-f", format, look.file.string()}, "qemu-utils");
  const auto info = nlohmann::json::parse(said_info.value_or("null"), nullptr, false);
  if (!info.is_object()) {
    look.report.line("it is damaged: qemu-img cannot read it");
    return true;
  }
  look.report.line(fmt::format("size of the disk: {}", shown_bytes(info.value("virtual-size", std::uint64_t{0}))));
  if (info.contains("backing-filename")) {
    look.report.line(fmt::format("it holds changes to another image, {}, which is not followed",
                                 info.at("backing-filename").get<std::string>()));
    return true;
  }
  if (!said({"qemu-img", "convert", "-f", format, "-O", "raw", look.file.string(), raw.string()}, "qemu-utils")) {
    look.report.line("it is damaged: qemu-img cannot unpack it");
    return true;
  }
  inspect_part(look.report, "the disk", raw);
  fs::remove(raw);
  return true;
}

bool read_qcow2(Look& look) { return read_virtual_disk(look, "qcow2"); }
bool read_vmdk(Look& look) { return read_virtual_disk(look, "vmdk"); }
bool read_vdi(Look& look) { return read_virtual_disk(look, "vdi"); }
bool read_vhdx(Look& look) { return read_virtual_disk(look, "vhdx"); }

bool read_vmdk_text(Look& look) {
  title(look, "VMDK descriptor");
  const Report::Indent indent(look.report);
  look.report.line("the disk's bytes are in other files, which are not followed");
  return true;
}

// --- archives ---

Tree tree_of(const fs::path& file, archive::Listing listing) {
  return {std::move(listing.entries),
          [file](const std::string& path) { return archive::read_member(file, path, most_read); }};
}

void report_el_torito(Look& look) {
  for (const auto& entry : el_torito(look.source)) {
    look.report.line(fmt::format("boots from CD: {}{}, image of {} at byte {}{}", entry.platform,
                                 entry.emulates ? " (emulates a floppy or disk)" : "", shown_bytes(entry.size),
                                 entry.at, entry.boots ? "" : ", switched off"));
  }
}

void report_archive(Look& look, archive::Listing listing) {
  if (!listing.damage.empty()) look.report.line("it is damaged: " + listing.damage);
  report_tree(look.report, tree_of(look.file, std::move(listing)));
}

bool read_iso(Look& look) {
  auto listing = archive::list_archive(look.file);
  title(look, fmt::format("ISO 9660 image, label '{}'", iso_label(look.source)));
  const Report::Indent indent(look.report);
  report_el_torito(look);
  for (const auto& table : partition_tables(look.source)) report_slices(look, table);
  if (listing) {
    report_archive(look, std::move(*listing));
  } else {
    look.report.line("its files cannot be read");
  }
  return true;
}

// The blob that an OCI descriptor names, in an archive of the layout.
std::string blob_path(const nlohmann::json& descriptor) {
  auto digest = descriptor.at("digest").get<std::string>();
  std::replace(digest.begin(), digest.end(), ':', '/');
  return "blobs/" + digest;
}

nlohmann::json json_in(const Tree& layout, const std::string& path) {
  return nlohmann::json::parse(layout.read(path).value_or(""));
}

void report_container(Report& report, const Tree& layout) {
  const auto index = json_in(layout, "index.json");
  for (const auto& each : index.at("manifests")) {
    const auto tag = each.value("annotations", nlohmann::json::object()).value("org.opencontainers.image.ref.name", "");
    report.line(fmt::format("image '{}': {}", tag, each.at("digest").get<std::string>()));
    const Report::Indent indent(report);
    const auto manifest = json_in(layout, blob_path(each));
    const auto config = json_in(layout, blob_path(manifest.at("config")));
    report.line(fmt::format("for {}/{}, made {}", config.value("os", "?"), config.value("architecture", "?"),
                            config.value("created", "?")));
    for (const auto& layer : manifest.at("layers")) {
      inspect_bytes(report, "layer " + layer.at("digest").get<std::string>(),
                    layout.read(blob_path(layer)).value_or(""));
    }
  }
}

bool read_archive(Look& look) {
  auto listing = archive::list_archive(look.file);
  if (!listing || (listing->entries.empty() && !listing->damage.empty())) return false;
  const auto has = [&](std::string_view path) {
    return std::ranges::any_of(listing->entries, [&](const auto& entry) { return entry.path == path; });
  };
  const bool container = has("oci-layout") && has("index.json");
  const auto packed = listing->compression.empty() ? "" : fmt::format(", packed by {}", listing->compression);
  title(look, container ? "container image (OCI layout)" : fmt::format("archive ({}{})", listing->format, packed));
  const Report::Indent indent(look.report);
  if (!container) {
    report_archive(look, std::move(*listing));
    return true;
  }
  try {
    report_container(look.report, tree_of(look.file, std::move(*listing)));
  } catch (const nlohmann::json::exception& error) {
    look.report.line(fmt::format("the layout is damaged: {}", error.what()));
  }
  return true;
}

// Anything compressed that is no archive.
bool read_compressed(Look& look) {
  if (read_archive(look)) return true;
  std::string bytes;
  try {
    bytes = archive::decompress(look.source.bytes(0, most_read), most_unpacked);
  } catch (const std::runtime_error& error) {
    title(look, "compressed data");
    const Report::Indent indent(look.report);
    look.report.line(fmt::format("they cannot be unpacked: {}", error.what()));
    return true;
  }
  title(look, "compressed data");
  const Report::Indent indent(look.report);
  inspect_bytes(look.report, "unpacked", bytes);
  return true;
}

// --- kernels ---

void report_kernel_content(Report& report, std::string_view bytes) {
  try {
    const auto initramfs = embedded_initramfs(kernel::unpacked_kernel(bytes));
    if (initramfs) {
      inspect_bytes(report, "initramfs inside", *initramfs);
    } else {
      report.line("no initramfs inside");
    }
  } catch (const std::runtime_error& error) {
    report.line(fmt::format("it cannot be unpacked: {}", error.what()));
  }
}

bool read_kernel(Look& look) {
  const auto bytes = look.source.bytes(0, most_read);
  const auto version = kernel_version(bytes);
  if (!version) return false;
  title(look, fmt::format("kernel, Linux {}{}", *version, image::pe_sections(bytes) ? ", UEFI can start it" : ""));
  const Report::Indent indent(look.report);
  report_kernel_content(look.report, bytes);
  return true;
}

bool read_efi_program(Look& look) {
  if (read_kernel(look)) return true;
  const auto bytes = look.source.bytes(0, most_read);
  const auto sections = image::pe_sections(bytes);
  if (!sections) return false;
  const auto find = [&](std::string_view name) -> std::optional<std::string> {
    for (const auto& section : *sections) {
      if (section.name == name) return bytes.substr(section.at, section.size);
    }
    return {};
  };
  const auto linux_section = find(".linux");
  title(look, linux_section ? "unified kernel image" : "program for UEFI");
  const Report::Indent indent(look.report);
  if (!linux_section) return true;
  if (const auto cmdline = find(".cmdline")) look.report.line("command line: " + *cmdline);
  inspect_bytes(look.report, ".linux", *linux_section);
  if (const auto initrd = find(".initrd")) inspect_bytes(look.report, ".initrd", *initrd);
  return true;
}

bool read_ipxe(Look& look) {
  title(look, "iPXE script");
  const Report::Indent indent(look.report);
  std::string text = look.source.bytes(0, 64 << 10);
  for (std::size_t begin = text.find('\n'); begin != std::string::npos && begin + 1 < text.size();) {
    const auto end = text.find('\n', begin + 1);
    look.report.line(text.substr(begin + 1, end == std::string::npos ? end : end - begin - 1));
    begin = end;
  }
  return true;
}

// --- what is what ---

struct Signature {
  std::uint64_t at;
  std::string_view bytes;
  bool (*read)(Look& look);    // reports it; nothing: it is only named
  std::string_view what = {};  // then
  Opener* open = nullptr;      // takes it apart (parts.h)
};

using namespace std::string_view_literals;

// The first that fits and does not refuse. A hybrid ISO also has a partition table, and most things may begin with what
// a BIOS starts; so the order is from the sure to the vague.
constexpr std::array signatures{
    Signature{0, "QFI\xfb"sv, read_qcow2, {}, open_qcow2},
    Signature{0, "KDMV"sv, read_vmdk, {}, open_vmdk},
    Signature{0, "# Disk DescriptorFile"sv, read_vmdk_text},
    Signature{64, "\x7f\x10\xda\xbe"sv, read_vdi, {}, open_virtual_disk},
    Signature{0, "vhdxfile"sv, read_vhdx, {}, open_virtual_disk},
    Signature{0x8001, "CD001"sv, read_iso, {}, open_iso},
    Signature{0, "hsqs"sv, read_squashfs, {}, open_squashfs},
    Signature{1024, "\xe2\xe1\xf5\xe0"sv, read_erofs, {}, open_erofs},
    Signature{1080, "\x53\xef"sv, read_ext, {}, open_ext},
    Signature{0, "XFSB"sv, nullptr, "XFS file system"},
    Signature{65600, "_BHRfS_M"sv, nullptr, "btrfs file system"},
    Signature{0, "LUKS\xba\xbe"sv, nullptr, "LUKS, encrypted"},
    Signature{536, "LVM2 001"sv, nullptr, "LVM physical volume"},
    Signature{4086, "SWAPSPACE2"sv, nullptr, "Linux swap"},
    Signature{3, "NTFS    "sv, nullptr, "NTFS file system"},
    Signature{0x202, "HdrS"sv, read_kernel, {}, open_kernel},
    Signature{0, "MZ"sv, read_efi_program, {}, open_pe},
    Signature{0, "#!ipxe"sv, read_ipxe},
    Signature{512, "EFI PART"sv, read_disk, {}, open_disk},
    Signature{54, "FAT1"sv, read_fat, {}, open_fat},
    Signature{82, "FAT32"sv, read_fat, {}, open_fat},
    Signature{510, "\x55\xaa"sv, read_disk, {}, open_disk},
    Signature{257, "ustar"sv, read_archive, {}, open_archive},
    Signature{0, "07070"sv, read_archive, {}, open_archive},
    Signature{0, "\x1f\x8b"sv, read_compressed, {}, open_compressed},
    Signature{0, "\x28\xb5\x2f\xfd"sv, read_compressed, {}, open_compressed},
    Signature{0,
              "\xfd"
              "7zXZ"sv,
              read_compressed,
              {},
              open_compressed},
    Signature{0, "BZh"sv, read_compressed, {}, open_compressed},
    Signature{0, "\x04\x22\x4d\x18"sv, read_compressed, {}, open_compressed},
    Signature{0,
              "\x7f"
              "ELF"sv,
              nullptr, "ELF file", open_elf},
    Signature{0, "!<arch>\n"sv, nullptr, "ar archive", open_archive},
    Signature{0, "PK\x03\x04"sv, nullptr, "zip archive"},
};

bool try_readers(Look& look) {
  for (const auto& signature : signatures) {
    if (look.source.bytes(signature.at, signature.bytes.size()) != signature.bytes) continue;
    if (signature.read == nullptr) {
      title(look, fmt::format("{}, which kjx cannot look into", signature.what));
      return true;
    }
    try {
      if (signature.read(look)) return true;
    } catch (const Failure& failure) {  // a missing program
      const Report::Indent indent(look.report);
      for (const auto& each : failure.diagnostics) look.report.line(fmt::format("{}: {}", each.message, each.help));
      return true;
    }
  }
  return false;
}

std::string first_bytes(Source& source) {
  std::string text;
  for (const char byte : source.bytes(0, 8)) text += fmt::format("{:02x} ", static_cast<unsigned char>(byte));
  return text.substr(0, text.empty() ? 0 : text.size() - 1);
}

bool all_zero(Source& source) { return source.bytes(0, 1 << 20).find_first_not_of('\0') == std::string::npos; }

}  // namespace

void inspect_file(Report& report, const std::string& shown, const fs::path& file) {
  Look look{report, shown, file, Source(file)};
  if (look.source.size() == 0) throw Failure(Diagnostic{Kind::unreadable, {}, fmt::format("{} is empty", shown)});
  if (try_readers(look)) return;
  throw Failure(
      Diagnostic{Kind::unreadable,
                 {},
                 fmt::format("{} is nothing that kjx knows: it begins with {}", shown, first_bytes(look.source)),
                 "known are disks (raw, qcow2, vmdk, vdi, vhdx), ISO 9660, FAT, ext2 to ext4, squashfs, EROFS, "
                 "cpio, tar, OCI layouts, kernels and UEFI programs"});
}

void inspect_part(Report& report, const std::string& shown, const fs::path& file) {
  Look look{report, shown, file, Source(file)};
  if (report.depth() > deepest) {
    report.line(fmt::format("{}: too deep inside to be looked at", shown));
  } else if (!try_readers(look)) {
    report.line(fmt::format("{}: {}", shown, all_zero(look.source) ? "empty" : "nothing that kjx knows"));
  }
}

void inspect_bytes(Report& report, const std::string& shown, std::string_view bytes) {
  const auto file = report.scratch();
  write_file(file, bytes);
  inspect_part(report, shown, file);
  std::error_code ignored;
  fs::remove(file, ignored);
}

std::optional<std::string> disk_format(const fs::path& file) {
  Source source(file);
  for (const auto& signature : signatures) {
    if (source.bytes(signature.at, signature.bytes.size()) != signature.bytes) continue;
    if (signature.read == read_qcow2) return "qcow2";
    if (signature.read == read_vmdk) return "vmdk";
    if (signature.read == read_vdi) return "vdi";
    if (signature.read == read_vhdx) return "vhdx";
    break;
  }
  if (!partition_tables(source).empty()) return "raw";
  return {};
}

std::optional<Parts> open(const Content& content, Scratch& scratch) {
  for (const auto& signature : signatures) {
    if (signature.open == nullptr) continue;
    if (content.slice(signature.at, signature.bytes.size()).bytes() != signature.bytes) continue;
    if (auto parts = signature.open(content, scratch)) return parts;
  }
  return {};
}

}  // namespace kjx::inspect
