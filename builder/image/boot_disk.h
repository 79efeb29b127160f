// The disk that all disk formats hold: one EFI system partition that starts on PC BIOS and on UEFI.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "schema/schema.h"
#include "work/work.h"

namespace kjx::image {

// Fields of an output that is a disk: those of every boot medium, and its size.
[[nodiscard]] std::vector<schema::Field> disk_fields();

// Debian packages whose programs make_boot_disk runs.
inline constexpr std::string_view boot_disk_tools[] = {"syslinux", "syslinux-common", "mtools", "coreutils"};

// Where the disk is made, as seen from inside the sandbox.
inline constexpr auto disk_inside = "/kjx/image";

// Makes the disk from the description and inputs of a format's action. Returns the folder (of the host, `disk_inside`
// in the sandbox) that holds it as "disk.raw". Throws Failure (bad-value, too-large, program-failed), IoError.
std::filesystem::path make_boot_disk(work::Work& work);

}  // namespace kjx::image
