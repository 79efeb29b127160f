#include <algorithm>

#include "archive/cpio.h"
#include "archive/pack.h"

namespace kjx::archive {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool all_ascii(const store::Manifest& manifest) {
  return std::ranges::all_of(manifest.entries(),
                             [](const store::Entry& entry) { return is_ascii(entry.path) && is_ascii(entry.target); });
}

}  // namespace

void write_tar(const store::Manifest& manifest, store::Store& store, std::int64_t mtime,
               const std::filesystem::path& to) {
  const Handle format(archive_write_new());
  check(archive_write_set_format_pax_restricted(format.get()), format, "write", to);
  // Other names are bytes: libarchive would take them to be in the charset of the locale and convert them.
  if (!all_ascii(manifest)) check(archive_write_set_options(format.get(), "hdrcharset=BINARY"), format, "write", to);
  pack(manifest, store, mtime, to, format);
}

}  // namespace kjx::archive
