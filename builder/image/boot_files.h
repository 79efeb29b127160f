// What a boot medium's FAT file system holds: the kernel, and what UEFI needs to start it as the recipe asks. The boot
// loader for PC BIOS reads the same files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "image/fat.h"
#include "image/medium.h"
#include "work/work.h"

namespace kjx::image {

// A file of the FAT file system with what is looked for in it.
struct Within {
  std::string path;          // in the volume; empty: there is none
  std::uint64_t offset = 0;  // where it begins in that file
  std::uint64_t size = 0;
};

struct BootFiles {
  std::vector<std::string> folders;    // as FatVolume has them
  std::vector<FatVolume::File> files;  // kernel and initramfs first
  std::uint64_t bytes = 0;             // of all files
  Within kernel;                       // the one and only
  Within initramfs;                    // when it lies beside the kernel
};

// Debian packages whose files and programs boot_files takes.
inline constexpr std::string_view boot_files_tools[] = {"systemd-boot-efi", "coreutils"};

// Writes what is needed into `folder`, seen as `inside` in the sandbox. `pieces`: whatever PC BIOS starts there can
// read the kernel out of the midst of a file. Throws Failure (program-failed).
[[nodiscard]] BootFiles boot_files(work::Work& work, const Medium& medium, const std::filesystem::path& folder,
                                   std::string_view inside, bool pieces);

}  // namespace kjx::image
