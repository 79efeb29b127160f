// One UEFI program with a kernel and its command line in it.
#pragma once

#include <string>
#include <string_view>

#include "work/work.h"

namespace kjx::image {

// Debian packages whose files and programs make_uki takes.
inline constexpr std::string_view uki_tools[] = {"systemd-boot-efi", "coreutils"};

// Where Debian puts systemd's programs for UEFI, as seen inside the sandbox.
inline constexpr auto systemd_boot_folder = "/usr/lib/systemd/boot/efi";

// What systemd calls the machine of an "efi_name": "x64" for "BOOTX64.EFI".
[[nodiscard]] std::string efi_machine(std::string efi_name);

// The section of the kernel begins at a multiple of this in the file, so that a sector of a CD can begin there too.
inline constexpr std::uint64_t uki_kernel_alignment = 2048;

// The program's bytes, from the inputs "kernel", "root" (its os-release) and, where the description says "separate",
// "initramfs". An empty command line is left out. Throws Failure (program-failed) when systemd's stub cannot be used.
[[nodiscard]] std::string make_uki(work::Work& work, const std::string& cmdline);

}  // namespace kjx::image
