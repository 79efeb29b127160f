// Disks. MBR: the disk's signature is le32 at byte 440. GPT: the disk's GUID is at byte 56 of the header (UEFI
// specification 2.10, section 5.3.2). qcow2: QEMU's docs/interop/qcow2.rst. VMDK: "Virtual Disk Format 5.0", sparse
// extent header: le64 at 28 and 36 say where the text descriptor is and how long, in sectors.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "image/identifiers.h"
#include "inspect/disk.h"
#include "inspect/openers.h"
#include "inspect/programs.h"
#include "inspect/source.h"

namespace kjx::inspect {
namespace {

constexpr std::size_t sector_size = 512;
using DiskForm = HeaderField::Form;

constexpr HeaderField mbr_header[] = {{"disk signature", 440, 4, DiskForm::hexadecimal}};
constexpr HeaderField gpt_header[] = {{"first usable sector", 512 + 40, 8}, {"last usable sector", 512 + 48, 8}};
constexpr HeaderField qcow2_header[] = {{"version", 4, 4, DiskForm::big},
                                        {"cluster bits", 20, 4, DiskForm::big},
                                        {"virtual size", 24, 8, DiskForm::big},
                                        {"L1 entries", 36, 4, DiskForm::big},
                                        {"snapshots", 60, 4, DiskForm::big},
                                        {"incompatible features", 72, 8, DiskForm::hexadecimal},
                                        {"compatible features", 80, 8, DiskForm::hexadecimal}};
constexpr HeaderField vmdk_header[] = {{"version", 4, 4},
                                       {"flags", 8, 4},
                                       {"capacity in sectors", 12, 8},
                                       {"grain in sectors", 20, 8},
                                       {"compression", 77, 2}};

std::string disk_guid(std::string_view disk) {
  image::Guid guid;
  for (std::size_t i = 0; i < guid.bytes.size(); ++i) {
    guid.bytes.at(i) = static_cast<std::uint8_t>(little(disk, 512 + 56 + i, 1));
  }
  return guid.text();
}

Part partition(const Slice& slice, const std::string& kind, const Content& disk) {
  Part part{.name = fmt::format("{} partition {}", kind, slice.number), .fields = {}, .content = {}};
  part.fields = {{"type", slice.type},
                 {"name", slice.name},
                 {"partition GUID", slice.id},
                 {"first byte", std::to_string(slice.first)},
                 {"size", std::to_string(slice.size)},
                 {"started", slice.boots ? "yes" : "no"}};
  if (slice.first != 0) part.content = disk.slice(slice.first, slice.size);
  return part;
}

std::optional<Content> raw_disk(const Content& content, const std::string& format, Scratch& scratch) {
  const auto file = content.file(scratch).string();
  const auto told = said({"qemu-img", "info", "--output=json", "-f", format, file}, "qemu-utils");
  const auto info = nlohmann::json::parse(told.value_or("null"), nullptr, false);
  // The name of another file in an image is not followed: it may be any file of the host's.
  if (!info.is_object() || info.contains("backing-filename")) return {};
  const auto raw = scratch.next();
  if (!said({"qemu-img", "convert", "-f", format, "-O", "raw", file, raw.string()}, "qemu-utils")) return {};
  return Content::of_file(raw);
}

std::optional<Parts> with_disk(Parts parts, const Content& content, const std::string& format, Scratch& scratch) {
  auto disk = raw_disk(content, format, scratch);
  if (!disk) return {};
  parts.parts.push_back({"disk", {}, std::move(disk)});
  return parts;
}

}  // namespace

std::optional<Parts> open_disk(const Content& content, Scratch& scratch) {
  Source source(content.file(scratch));
  const auto tables = partition_tables(source);
  if (tables.empty()) return {};
  Parts parts{.kind = "disk image", .fields = {}, .parts = {}};
  add_fields(parts, mbr_header, content.bytes());
  parts.parts.push_back({"boot code", {}, content.slice(0, 440), true});
  for (const auto& table : tables) {
    if (table.kind == "GPT") {
      add_fields(parts, gpt_header, content.bytes());
      parts.fields.push_back({"disk GUID", disk_guid(content.bytes())});
    }
    for (const auto& slice : table.slices) parts.parts.push_back(partition(slice, table.kind, content));
  }
  return parts;
}

std::optional<Parts> open_qcow2(const Content& content, Scratch& scratch) {
  Parts parts{.kind = "qcow2 image", .fields = {}, .parts = {}};
  add_fields(parts, qcow2_header, content.bytes());
  return with_disk(std::move(parts), content, "qcow2", scratch);
}

std::optional<Parts> open_vmdk(const Content& content, Scratch& scratch) {
  Parts parts{.kind = "VMDK image", .fields = {}, .parts = {}};
  add_fields(parts, vmdk_header, content.bytes());
  const auto text =
      content.slice(little(content.bytes(), 28, 8) * sector_size, little(content.bytes(), 36, 8) * sector_size);
  parts.parts.push_back({"descriptor", {}, text.slice(0, text.bytes().find('\0'))});
  return with_disk(std::move(parts), content, "vmdk", scratch);
}

std::optional<Parts> open_virtual_disk(const Content& content, Scratch& scratch) {
  const auto format = content.bytes().starts_with("vhdxfile") ? "vhdx" : "vdi";
  return with_disk({.kind = fmt::format("{} image", format), .fields = {}, .parts = {}}, content, format, scratch);
}

}  // namespace kjx::inspect
