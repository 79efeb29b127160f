// Archives, compressed streams, ISO 9660. Of a stream the header alone is looked at: gzip keeps a time and a name
// (RFC 1952, section 2.3). An ISO's primary volume descriptor is block 16 (ECMA-119, section 8.4).
#include <fmt/format.h>

#include <stdexcept>

#include "archive/decompress.h"
#include "archive/listing.h"
#include "inspect/disk.h"
#include "inspect/openers.h"
#include "inspect/source.h"

namespace kjx::inspect {
namespace {

constexpr std::uint64_t most_in_archive = 2048ull << 20;

std::string type_word(store::Entry::Type type) {
  constexpr const char* words[] = {"file", "directory", "symlink", "character device", "block device", "fifo"};
  return words[static_cast<std::size_t>(type)];
}

Part part_of(archive::Member& member, const std::string& format) {
  const auto& entry = member.entry;
  Part part{.name = entry.path, .fields = {}, .content = {}};
  part.fields = {{"type", type_word(entry.type)},
                 {"mode", fmt::format("{:04o}", entry.mode)},
                 {"owner", fmt::format("{}:{}", entry.uid, entry.gid)},
                 {"owner's name", member.owner},
                 {"group's name", member.group},
                 {"mtime", std::to_string(member.mtime)},
                 {"target", entry.target},
                 {"device", fmt::format("{}:{}", entry.major, entry.minor)}};
  // libarchive makes numbers up where the format has none.
  if (format.find("cpio") != std::string::npos) {
    part.fields.push_back({"inode", std::to_string(member.inode)});
    part.fields.push_back({"links", std::to_string(member.links)});
  }
  if (entry.type == store::Entry::Type::file) part.content = Content::of_bytes(std::move(member.content));
  return part;
}

std::optional<Parts> read_all_members(const Content& content, Scratch& scratch) {
  auto members = archive::read_members(content.file(scratch), most_in_archive);
  if (!members) return {};
  Parts parts{.kind = members->format, .fields = {}, .parts = {}};
  for (auto& member : members->all) parts.parts.push_back(part_of(member, members->format));
  if (!members->damage.empty()) parts.fields.push_back({"damage", members->damage});
  return parts;
}

using Form = HeaderField::Form;
constexpr HeaderField volume_descriptor[] = {{"system id", 8, 32, Form::text},
                                             {"volume id", 40, 32, Form::text},
                                             {"blocks", 80, 4},
                                             {"volume set id", 190, 128, Form::text},
                                             {"publisher id", 318, 128, Form::text},
                                             {"preparer id", 446, 128, Form::text},
                                             {"application id", 574, 128, Form::text},
                                             {"creation date", 813, 16, Form::text},
                                             {"modification date", 830, 16, Form::text},
                                             {"expiration date", 847, 16, Form::text},
                                             {"effective date", 864, 16, Form::text},
                                             {"application's own bytes", 883, 64, Form::text}};

}  // namespace

std::optional<Parts> open_archive(const Content& content, Scratch& scratch) {
  return read_all_members(content, scratch);
}

std::optional<Parts> open_compressed(const Content& content, Scratch& /*scratch*/) {
  const auto bytes = content.bytes();
  Parts parts{.kind = "compressed stream", .fields = {}, .parts = {}};
  if (bytes.starts_with("\x1f\x8b")) {
    parts.kind = "gzip stream";
    parts.fields = {{"mtime", std::to_string(little(bytes, 4, 4))},
                    {"flags", std::to_string(little(bytes, 3, 1))},
                    {"level", std::to_string(little(bytes, 8, 1))}};
    constexpr unsigned has_name = 8;
    if (little(bytes, 3, 1) == has_name) {
      parts.fields.push_back({"name", std::string(bytes.substr(10, bytes.find('\0', 10) - 10))});
    }
  }
  try {
    parts.parts.push_back({"unpacked", {}, Content::of_bytes(archive::decompress(bytes, most_in_archive))});
  } catch (const std::runtime_error&) {
    return {};
  }
  return parts;
}

std::optional<Parts> open_iso(const Content& content, Scratch& scratch) {
  auto parts = read_all_members(content, scratch);
  if (!parts) return {};
  add_fields(*parts, volume_descriptor, content.bytes(), std::size_t{16} * 2048);
  Source source(content.file(scratch));
  int number = 0;
  for (const auto& entry : el_torito(source)) {
    const auto shown = fmt::format("boot image {} ({})", ++number, entry.platform);
    parts->parts.push_back({shown, {{"at byte", std::to_string(entry.at)}}, content.slice(entry.at, entry.size)});
  }
  // The table of a hybrid image; its partitions hold what the files above do, or the whole image.
  if (auto disk = open_disk(content, scratch)) {
    for (const auto& field : disk->fields) parts->fields.push_back(field);
    for (auto& part : disk->parts) parts->parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace kjx::inspect
