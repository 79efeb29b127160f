// What all boot media have in common: their settings (iso/iso.yaml, refined by an image's output), and the
// configuration of the boot loader for PC BIOS. What UEFI is given is boot_files.h's part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/schema.h"
#include "work/work.h"

namespace kjx::image {

// iso/iso.yaml. Its record's json() is "medium" in the description of a boot medium's action.
[[nodiscard]] const schema::Table& iso_table();

// The fields that every output with a boot loader has.
[[nodiscard]] std::vector<schema::Field> boot_fields();

// The settings in force: an output's fields before the image's, those before iso/iso.yaml's.
struct Medium {
  std::string label;  // of the volume: 1 to 32 of A-Z 0-9 _
  std::string title;
  std::string cmdline;       // what a boot loader adds to the kernel's built-in line
  std::int64_t timeout = 0;  // seconds that the boot loader waits for a key; 0: none
  bool serial = true;        // the boot loader speaks on the serial line too
  std::int64_t serial_port = 0;
  std::int64_t serial_speed = 115200;  // bits per second
  std::vector<std::string> modules;    // of SYSLINUX, that the author's template or a menu uses
  bool bios = true;
  bool uefi = true;
  std::string efi_name;             // "BOOTX64.EFI"
  bool separate_initramfs = false;  // "initramfs" lies beside the kernel instead of inside
  bool rescue = false;              // there is a second entry, which ends in a shell

  // Of the second entry.
  [[nodiscard]] std::string rescue_title() const;
  [[nodiscard]] std::string rescue_cmdline() const;
};

// Throws Failure (bad-value).
[[nodiscard]] Medium medium_of(const work::Work& work);

// The words that are added to the kernel's built-in command line: iso/iso.yaml's, the image's, then the output's.
// Throws Failure (bad-value) when they are not one line.
[[nodiscard]] std::string cmdline_of(const work::Work& work);

// The file slot of the template for the boot loader's configuration.
inline constexpr auto template_slot = "iso/isolinux.cfg.in";

// The file slots of what lies on the medium as it is, before its path there; the first parts of paths that are taken.
inline constexpr auto medium_slots = "medium/";
inline constexpr std::string_view own_folders[] = {"boot", "isolinux"};

// The template with its @PLACEHOLDERS@ filled in. `kernel` and `initramfs` are paths on the medium; an empty
// `initramfs` means none. An unknown placeholder throws Failure (bad-value) that names its line.
[[nodiscard]] std::string boot_config(work::Work& work, const Medium& medium, const std::string& kernel,
                                      const std::string& initramfs);

// SYSLINUX's modules for BIOS of Debian's syslinux-common, as seen inside the sandbox.
inline constexpr auto syslinux_modules = "/usr/lib/syslinux/modules/bios";

}  // namespace kjx::image
