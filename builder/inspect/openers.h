// One opener for each kind of thing with parts, named in the table of inspect.cc. Each gives nothing when the bytes are
// nothing of its kind after all.
#pragma once

#include "inspect/parts.h"

namespace kjx::inspect {

using Opener = std::optional<Parts>(const Content& content, Scratch& scratch);

Opener open_archive;     // tar, cpio, ar; an OCI layout is a tar of blobs
Opener open_compressed;  // gzip, zstd, xz and others: one part "unpacked"
Opener open_iso;         // files, boot images, partitions
Opener open_disk;        // partitions of an MBR or a GPT
Opener open_qcow2;       // header, one part "disk"
Opener open_vmdk;        // header, descriptor, disk
Opener open_virtual_disk;
Opener open_fat;
Opener open_ext;
Opener open_squashfs;
Opener open_erofs;
Opener open_elf;     // sections; a signed module first into module and signature
Opener open_kernel;  // bzImage: setup, kernel, initramfs
Opener open_pe;      // sections

// Bytes of a header as numbers and text; zeros behind the end.
[[nodiscard]] std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t length);
[[nodiscard]] std::uint64_t big(std::string_view bytes, std::size_t at, std::size_t length);
[[nodiscard]] std::string hex_at(std::string_view bytes, std::size_t at, std::size_t length);
[[nodiscard]] std::string uuid_at(std::string_view bytes, std::size_t at);  // RFC 4122's order of bytes

// A field of a binary header, for tables of them.
struct HeaderField {
  std::string_view name;
  std::size_t at;
  std::size_t length;
  enum class Form { little, big, hexadecimal, text, uuid } form = Form::little;
};
template <typename Table>
void add_fields(Parts& parts, const Table& table, std::string_view bytes, std::size_t base = 0);
[[nodiscard]] Field header_field(const HeaderField& field, std::string_view bytes, std::size_t base);

template <typename Table>
void add_fields(Parts& parts, const Table& table, std::string_view bytes, std::size_t base) {
  for (const HeaderField& field : table) parts.fields.push_back(header_field(field, bytes, base));
}

}  // namespace kjx::inspect
