// The disk that all disk formats hold: partitions as the image's recipe divides it, of which one starts it on PC BIOS
// and on UEFI, some hold the read-only root and others the user's data.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "image/identifiers.h"
#include "schema/schema.h"
#include "work/work.h"

namespace kjx::image {

// Fields of an output that is a disk: those of every boot medium, and its size.
[[nodiscard]] std::vector<schema::Field> disk_fields();

// Description of a disk format's action, beside what every format's has:
//   "disk": {"size": bytes or 0, "id": GUID,
//            "partitions": [{"name", "holds": "boot"|"root"|"data", "size": bytes or 0, "label", "id": GUID,
//                            "topic"}, ...]}
// Inputs: "kernel" (when a partition holds boot), "root-image" (the file system of the first root).

// Ids follow from names, not from content: whatever looks for a partition finds that of the next version too.
[[nodiscard]] Guid disk_id(std::string_view distro, std::string_view image);
[[nodiscard]] Guid partition_id(std::string_view distro, std::string_view image, std::string_view partition);

// Debian packages whose programs make_boot_disk runs.
inline constexpr std::string_view boot_disk_tools[] = {"syslinux",  "syslinux-common", "mtools",
                                                       "coreutils", "e2fsprogs",       "systemd-boot-efi"};

// Where the disk is made, as seen from inside the sandbox.
inline constexpr auto disk_inside = "/kjx/image";

// Makes the disk from the description and inputs of a format's action. Returns the folder (of the host, `disk_inside`
// in the sandbox) that holds it as "disk.raw". Throws Failure (bad-value, too-large, program-failed), IoError.
std::filesystem::path make_boot_disk(work::Work& work);

}  // namespace kjx::image
