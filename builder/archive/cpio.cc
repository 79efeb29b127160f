// newc is what the kernel unpacks into its first root file system. Every header is 110 bytes of text: the magic
// "070701" and thirteen fields of eight hexadecimal digits, then the name with a NUL, padded to four bytes, then the
// content, padded likewise; a last entry named "TRAILER!!!" ends the archive. Thirty-two bits a field is why a file
// must be smaller than 4 GiB and a time between 1970 and 2106. The kernel takes two entries with one inode number and a
// link count above one for hard links; counts of 1 rule that out.

#include "archive/cpio.h"

#include <fmt/format.h>

#include "archive/pack.h"
#include "diag/diagnostic.h"

namespace kjx::archive {
namespace {

constexpr std::uint64_t most = 0xffffffff;

void require_fitting(const store::Manifest& manifest, std::int64_t mtime) {
  Diagnostics diagnostics;
  for (const store::Entry& entry : manifest.entries()) {
    if (entry.size <= most) continue;
    diagnostics.add({.kind = Kind::too_large,
                     .message = fmt::format("/{} is too large for a cpio archive ({} bytes)", entry.path, entry.size),
                     .help = "the newc format holds files smaller than 4 GiB; keep it out of the initramfs"});
  }
  if (mtime < 0 || static_cast<std::uint64_t>(mtime) > most) {
    diagnostics.add({.kind = Kind::too_large,
                     .message = fmt::format("the time {} does not fit into a cpio archive", mtime),
                     .help = "the newc format holds times from 1970 to 2106; choose another epoch"});
  }
  diagnostics.checkpoint();
}

}  // namespace

void write_cpio(const store::Manifest& manifest, store::Store& store, std::int64_t mtime,
                const std::filesystem::path& to) {
  require_fitting(manifest, mtime);
  const Handle format(archive_write_new());
  check(archive_write_set_format_cpio_newc(format.get()), format, "write", to);
  pack(manifest, store, mtime, to, format);
}

}  // namespace kjx::archive
