#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "image/format.h"
#include "image/medium.h"

namespace kjx::image {
namespace of_pxe {

const schema::Table& table() {
  static const schema::Table table{"a pxe output",
                                   "A folder for network boot: an iPXE script and what it loads.",
                                   {{"cmdline", schema::Type::text, "Further words for the kernel's command line."}}};
  return table;
}

// iPXE finds names without a path beside the script. Only UEFI reads `initrd=`: there the kernel fetches the file
// itself, by the name that iPXE gave it.
std::string script_of(const std::string& cmdline, bool separate) {
  std::string kernel = "kernel vmlinuz";
  if (separate) kernel += " initrd=initramfs";
  if (!cmdline.empty()) kernel += " " + cmdline;
  return "#!ipxe\n" + kernel + "\n" + (separate ? "initrd initramfs\n" : "") + "boot\n";
}

void run(work::Work& work) {
  const bool separate = work.description().value("separate", false);
  work.output("image", work.store().put(script_of(cmdline_of(work), separate)));
  work.output("kernel", work.input("kernel"));
  if (separate) work.output("initramfs", work.input("initramfs"));
}

// QEMU's network hands out the folder by TFTP and names the script. Its card's ROM is iPXE, for either firmware.
std::vector<std::string> from_network(const Attach&) { return {"-boot", "n"}; }

std::string offered(const Attach& attach) {
  return fmt::format("tftp={},bootfile={}", option_path(attach.output.parent_path()),
                     attach.output.filename().string());
}

}  // namespace of_pxe

const Format& pxe_format() {
  using namespace of_pxe;
  static const Format format{
      .name = "pxe",
      .extension = "pxe/boot.ipxe",
      .help =
          "A folder IMAGE.pxe to be served by TFTP or HTTP: boot.ipxe, vmlinuz and, with `initramfs: {placement: "
          "separate}`, initramfs. A DHCP server names boot.ipxe to machines that start iPXE.",
      .table = &table(),
      .needs_kernel = true,
      .action = {"image.pxe", 1, {}, run},
      .further = {{"kernel", "pxe/vmlinuz"}, {"initramfs", "pxe/initramfs", true}},
      .boots = {{.way = "network", .firmware = {"bios", "uefi"}, .words = from_network, .network = offered}}};
  return format;
}

}  // namespace kjx::image
