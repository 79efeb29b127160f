#include "image/boot.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/types.h"

namespace kjx::image {

namespace {

std::vector<std::string> as_cd(const Attach& attach) { return {"-cdrom", attach.output.string()}; }

std::vector<std::string> as_disk(const Attach& attach) {
  return {"-drive", fmt::format("if=virtio,format={},snapshot={},file={}", attach.disk_format,
                                attach.snapshot ? "on" : "off", option_path(attach.output))};
}

std::vector<std::string> as_kernel(const Attach& attach) {
  std::vector<std::string> words{"-kernel", attach.output.string(), "-append", attach.cmdline};
  if (!attach.initramfs.empty()) words.insert(words.end(), {"-initrd", attach.initramfs.string()});
  return words;
}

}  // namespace

std::string option_path(const std::filesystem::path& path) {
  std::string escaped;
  for (const char byte : path.string()) escaped += byte == ',' ? ",," : std::string(1, byte);
  return escaped;
}

Boot boots_as_cd() { return {"cd", {"bios", "uefi"}, as_cd}; }

Boot boots_as_disk(std::string_view disk_format) { return {"disk", {"bios", "uefi"}, as_disk, false, disk_format}; }

Boot boots_as_kernel() { return {"direct", {no_firmware}, as_kernel, true}; }

std::vector<std::string_view> firmware_of(const Boot& boot, const schema::Record& output, bool has_bios) {
  const bool says = output.table != nullptr && schema::find_field(*output.table, "firmware") != nullptr;
  const std::string asked = says ? *output.text("firmware") : std::string("both");
  std::vector<std::string_view> firmware = boot.firmware;
  std::erase_if(firmware, [&](std::string_view each) {
    return (each == "bios" && !has_bios) || (asked != "both" && !asked.empty() && asked != each);
  });
  return firmware;
}

}  // namespace kjx::image
