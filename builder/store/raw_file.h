// The few calls on open files that store and archive share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/descriptor.h"

namespace kjx::store {

// All of them throw IoError; `path` (and `verb`) are for its message.

// open(2) with O_CLOEXEC.
[[nodiscard]] Descriptor open_file(std::string_view verb, const std::filesystem::path& path, int flags,
                                   std::uint32_t mode = 0);

void write_all(const Descriptor& to, std::string_view bytes, const std::filesystem::path& path);

// Sets permission bits (whatever the umask) and modification time (seconds since 1970, UTC).
void finish_file(const Descriptor& file, std::uint32_t mode, std::int64_t mtime, const std::filesystem::path& path);

}  // namespace kjx::store
