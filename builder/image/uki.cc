#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "image/format.h"
#include "image/medium.h"
#include "image/uki_file.h"

namespace kjx::image {
namespace of_uki {

const schema::Table& table() {
  static const schema::Table table{"a uki output",
                                   "A unified kernel image: kernel, initramfs and command line in one UEFI program.",
                                   {{"cmdline", schema::Type::text, "Further words for the kernel's command line."}}};
  return table;
}

void run(work::Work& work) { work.output("image", work.store().put(make_uki(work, cmdline_of(work)))); }

// UEFI starts the file itself: it lies where firmware looks on any medium, in a folder that QEMU shows to the machine
// as a disk with one FAT partition. (Its own -kernel would hand over a command line, which the program prefers to its
// own.)
std::vector<std::string> as_program(const Attach& attach) {
  const auto folder = attach.scratch / fmt::format("{}.esp", attach.output.filename().string());
  if (!attach.dry) {
    const auto program = folder / "EFI" / "BOOT" / attach.efi_name;
    std::filesystem::create_directories(program.parent_path());
    copy_file_whole(attach.output, program);
  }
  return {"-drive", fmt::format("if=virtio,format=raw,readonly=on,file.driver=vvfat,file.dir={}", option_path(folder))};
}

}  // namespace of_uki

const Format& uki_format() {
  using namespace of_uki;
  static const Format format{
      .name = "uki",
      .extension = "efi",
      .help =
          "One program for UEFI that holds kernel, root file system and command line: started by the firmware itself, "
          "by a boot loader that looks into EFI/Linux, or over HTTP.",
      .table = &table(),
      .needs_kernel = true,
      .action = {"image.uki", 1, {std::begin(uki_tools), std::end(uki_tools)}, run},
      .boots = {{.way = "program", .firmware = {"uefi"}, .words = as_program}}};
  return format;
}

}  // namespace kjx::image
