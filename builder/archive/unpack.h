// Unpacking source archives (tar with gzip, bzip2, xz, zstd; zip) into a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace kjx::archive {

struct UnpackOptions {
  int strip = 1;           // leading path components to drop ("." is none); members with no more are left out
  std::int64_t mtime = 0;  // given to everything unpacked
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // bytes of the archive read
};

// Unpacks below `into` (made when it is not there, else empty). `shown_as` is what errors call the archive.
//
// Refuses (Failure of kind unsafe-archive; the message names the member): absolute paths, "..", writing through a link,
// hard links to anything but a file of the archive, device nodes, fifos, a path that is a folder and something else.
// Of two members with one path the later one stands. Symbolic links may point anywhere: nothing here follows them.
// Permissions are kept (whatever the umask) but for setuid, setgid, sticky and others' write bit, and so that the owner
// can read files and read, write and enter folders. Failure of kind bad-value when nothing is left after stripping;
// IoError for a damaged archive or a full disk. Whatever was written so far stays in `into`.
void unpack(const std::filesystem::path& archive, const std::string& shown_as, const std::filesystem::path& into,
            const UnpackOptions& options);

}  // namespace kjx::archive
