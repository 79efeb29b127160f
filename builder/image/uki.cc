#include <nlohmann/json.hpp>

#include "image/format.h"
#include "image/medium.h"
#include "image/uki_file.h"

namespace kjx::image {
namespace {

const schema::Table& table() {
  static const schema::Table table{"a uki output",
                                   "A unified kernel image: kernel, initramfs and command line in one UEFI program.",
                                   {{"cmdline", schema::Type::text, "Further words for the kernel's command line."}}};
  return table;
}

void run(work::Work& work) { work.output("image", work.store().put(make_uki(work, cmdline_of(work)))); }

}  // namespace

const Format& uki_format() {
  static const Format format{
      .name = "uki",
      .extension = "efi",
      .help =
          "One program for UEFI that holds kernel, root file system and command line: started by the firmware itself, "
          "by a boot loader that looks into EFI/Linux, or over HTTP.",
      .table = &table(),
      .needs_kernel = true,
      .action = {"image.uki", 1, {std::begin(uki_tools), std::end(uki_tools)}, run}};
  return format;
}

}  // namespace kjx::image
