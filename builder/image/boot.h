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
  std::filesystem::path output;  // the exported file or folder
  bool snapshot = true;          // what the guest writes is forgotten
  std::string cmdline{};         // for ways that hand the kernel its command line
  std::string disk_format{};     // QEMU's name for what `output` is, where that is not the way's own
};

// One way to start it.
struct Boot {
  std::string_view way;                    // as `--medium` calls it, unique in its format: "cd", "disk", "kernel"
  std::vector<std::string_view> firmware;  // that can do it; an output's own field `firmware` narrows this
  std::vector<std::string> (*words)(const Attach&);  // QEMU's arguments
  bool takes_cmdline = false;
  std::string_view disk_format{};  // "raw", "qcow2", "vmdk": a disk that the guest may write to
};

// The usual ways; a format may bring its own.
[[nodiscard]] Boot boots_as_cd();
[[nodiscard]] Boot boots_as_disk(std::string_view disk_format);  // behind virtio

// The firmware that a way of this output can be started by: what the way can, the output asks for and the target has.
[[nodiscard]] std::vector<std::string_view> firmware_of(const Boot& boot, const schema::Record& output, bool has_bios);

}  // namespace kjx::image
