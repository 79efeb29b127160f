// VMware's disk format, written by qemu-img. Two things of its output are not a function of its input: the content id,
// which is drawn at random (we set our own), and the name of the file, which goes into the descriptor (so the file has
// the name that the image will be exported under).
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "image/boot_disk.h"
#include "image/format.h"
#include "image/identifiers.h"
#include "image/vmdk_descriptor.h"

namespace kjx::image {
namespace of_vmdk {

const schema::Table& table() {
  static const schema::Table table = [] {
    schema::Table made{"a vmdk output", "A disk for VMware, VirtualBox and QEMU.", disk_fields()};
    made.fields.push_back({"subformat",
                           schema::Type::word,
                           "`monolithicSparse` can be written to, `streamOptimized` is compressed for import (OVA).",
                           false,
                           "monolithicSparse",
                           {"monolithicSparse", "streamOptimized"}});
    return made;
  }();
  return table;
}

std::vector<std::string_view> tools() {
  std::vector<std::string_view> packages(std::begin(boot_disk_tools), std::end(boot_disk_tools));
  packages.push_back("qemu-utils");
  return packages;
}

void run(work::Work& work) {
  const auto folder = make_boot_disk(work);
  const auto& description = work.description();
  const auto name = fmt::format("{}.vmdk", description.at("image").get<std::string>());
  work::Run convert;
  convert.argv = {
      "qemu-img", "convert", "-f", "raw",
      "-O",       "vmdk",    "-o", "subformat=" + description.at("options").at("subformat").get<std::string>(),
      "disk.raw", name};
  convert.directory = disk_inside;
  work.run(convert);
  set_content_id(folder / name, derive_number("vmdk.content", content_of(work)));
  work.output("image", work.store().put_file(folder / name));
}

}  // namespace of_vmdk

const Format& vmdk_format() {
  using namespace of_vmdk;
  static const Format format{.name = "vmdk",
                             .extension = "vmdk",
                             .help =
                                 "A virtual disk for VMware, VirtualBox and QEMU. Divided as the image's `disk:` "
                                 "says; without one it is a boot partition, which starts on PC BIOS (SYSLINUX) "
                                 "and on UEFI (the kernel is a UEFI program).",
                             .table = &table(),
                             .disk = true,
                             .needs_kernel = false,
                             .action = {"image.vmdk", 6, tools(), run},
                             .boots = {boots_as_disk("vmdk")}};
  return format;
}

}  // namespace kjx::image
