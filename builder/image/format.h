// Output formats. One file each, one line in formats.def.
#pragma once

#include <string_view>

#include "image/boot.h"
#include "schema/schema.h"
#include "work/work.h"

namespace kjx::image {

// A further file of a format, beside its first one.
struct FurtherFile {
  std::string_view output;     // of the action
  std::string_view extension;  // as Format::extension
  bool only_separate = false;  // there only when the initramfs lies beside the kernel
};

struct Format {
  std::string_view name;
  std::string_view extension;  // of the exported file: "iso" makes IMAGE.iso, "pxe/x" makes IMAGE.pxe/x
  std::string_view help;
  const schema::Table* table;
  bool disk = false;               // divided as the image's `disk:` says
  bool needs_kernel = true;        // gets the final kernel as input "kernel"
  work::Kind action;               // named "image.NAME"
  bool needs_separate = false;     // wants the initramfs beside the kernel, not inside
  bool needs_root_inside = false;  // there is no partition for the root: it must be in the initramfs
  std::vector<FurtherFile> further = {};
  std::vector<Boot> boots = {};  // ways a machine starts its output; none: it is not for booting
};

// Description of every format's action:
//   {"image": its name, "options": the record's json, "label", "title", "cmdline" (of the image; may be absent),
//    "medium": json of iso/iso.yaml (image/medium.h), "separate": the initramfs lies beside the kernel,
//    "target": {"efi_name": "BOOTX64.EFI", "bios": true, "oci": "amd64"}}
// and for disks "disk": {"size": bytes or 0, "partitions": [...]} (image/boot_disk.h).
// Inputs: "kernel" (bzImage blob; everything inside), "root" (manifest), "initramfs" (cpio blob).
// Files: "iso/isolinux.cfg.in" for boot media; "medium/PATH" for what lies on one as it is (the field "files").
// Outputs: "image" (blob), and those of Format::further.
// Topics that errors ask Work::where for: "options.FIELD", "iso/isolinux.cfg.in"; "" when those are nowhere.

// Each row NAME of formats.def is a function `const Format& NAME_format()` in NAME.cc; the rest of that file
// is in a namespace of_NAME, since a folder may be compiled as one file.
#define FORMAT(name) const Format& name##_format();
#include "image/formats.def"
#undef FORMAT

[[nodiscard]] const std::vector<const Format*>& formats();
[[nodiscard]] const Format* find(std::string_view name);
[[nodiscard]] std::vector<schema::Alternative> alternatives();

}  // namespace kjx::image
