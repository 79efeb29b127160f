// How machines start what a format puts out. Each format says it of itself (Format::boots); `kjx run` and `kjx test` go
// by that alone and know no format by name.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.h"

namespace kjx::image {

// What a machine is to start.
struct Attach {
  std::filesystem::path output;       // the exported file
  bool snapshot = true;               // what the guest writes is forgotten
  std::string cmdline{};              // for ways that hand the kernel its command line
  std::string disk_format{};          // QEMU's name for what `output` is, where that is not the way's own
  std::filesystem::path initramfs{};  // for ways that hand it over; empty: the kernel has its own
  std::string efi_name{};             // of the program that the target's UEFI starts from a medium
  std::filesystem::path scratch{};    // a folder for what has to be laid out for the machine
  bool dry = false;                   // nothing is written into it
};

// One way to start it.
struct Boot {
  std::string_view way;                    // as `--medium` calls it, unique in its format: "cd", "disk", "kernel"
  std::vector<std::string_view> firmware;  // that can do it; an output's own field `firmware` narrows this
  std::vector<std::string> (*words)(const Attach&);  // QEMU's arguments
  bool takes_cmdline = false;      // QEMU starts the kernel itself: it can be given words, and a further archive
  std::string_view disk_format{};  // "raw", "qcow2", "vmdk": a disk that the guest may write to
  std::string_view initramfs{};    // extension of the file beside the output that is its initramfs
  // What the network that the machine is on gives it, as words of QEMU's `-nic user`. Set: it starts from there alone.
  std::string (*network)(const Attach&) = nullptr;
};

// Neither BIOS nor UEFI: QEMU puts the kernel into memory and starts it.
inline constexpr std::string_view no_firmware = "none";

// The usual ways; a format may bring its own.
[[nodiscard]] Boot boots_as_cd();
[[nodiscard]] Boot boots_as_disk(std::string_view disk_format);  // behind virtio
[[nodiscard]] Boot boots_as_kernel();                            // by QEMU itself

// A path as part of one of QEMU's options.
[[nodiscard]] std::string option_path(const std::filesystem::path& path);

// The firmware that a way of this output can be started by: what the way can, the output asks for and the target has.
[[nodiscard]] std::vector<std::string_view> firmware_of(const Boot& boot, const schema::Record& output, bool has_bios);

}  // namespace kjx::image
