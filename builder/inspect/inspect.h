// What is inside an image, ours or anybody's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "inspect/report.h"

namespace kjx::inspect {

// Reports what `file` holds under the name `shown`, and what is inside that. Nothing is mounted, nothing needs root;
// what cannot be read is said so. Throws Failure (unreadable) when nothing at all is known of the whole file, IoError.
void inspect_file(Report& report, const std::string& shown, const std::filesystem::path& file);

// The same of something found inside a file; that nothing is known of it is a line then.
void inspect_part(Report& report, const std::string& shown, const std::filesystem::path& file);
void inspect_bytes(Report& report, const std::string& shown, std::string_view bytes);

// Whether the file's first bytes are those of a disk image that qemu-img reads, and how it calls that: "qcow2". A
// hybrid ISO and a disk with a partition table are "raw". Nothing for everything else.
[[nodiscard]] std::optional<std::string> disk_format(const std::filesystem::path& file);

}  // namespace kjx::inspect
