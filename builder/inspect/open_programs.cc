// Programs and kernels. The header of a bzImage: the kernel's Documentation/arch/x86/boot.rst, "The Real-Mode Kernel
// Header".
#include <fmt/format.h>

#include <stdexcept>

#include "image/pe.h"
#include "inspect/elf.h"
#include "inspect/kernel_image.h"
#include "inspect/openers.h"
#include "kernel/boot_image.h"
#include "kernel/module_signature.h"

namespace kjx::inspect {
namespace {

using SetupForm = HeaderField::Form;
constexpr HeaderField setup_header[] = {
    {"setup_sects", 0x1f1, 1},  {"root_flags", 0x1f2, 2},       {"syssize", 0x1f4, 4},
    {"vid_mode", 0x1fa, 2},     {"root_dev", 0x1fc, 2},         {"boot protocol", 0x206, 2, SetupForm::hexadecimal},
    {"loadflags", 0x211, 1},    {"kernel_alignment", 0x230, 4}, {"xloadflags", 0x236, 2},
    {"cmdline_size", 0x238, 4}, {"payload_offset", 0x248, 4},   {"payload_length", 0x24c, 4},
    {"pref_address", 0x258, 8}, {"init_size", 0x260, 4},        {"handover_offset", 0x264, 4}};

Content content_of(std::string_view bytes) { return Content::of_bytes(std::string(bytes)); }

Part section_part(const ElfSection& section) {
  return {section.name,
          {{"type", std::to_string(section.type)},
           {"flags", std::to_string(section.flags)},
           {"address", fmt::format("{:#x}", section.address)}},
          content_of(section.bytes)};
}

std::optional<Parts> open_signed(std::string_view bytes) {
  const auto module = kernel::split_signature(bytes);
  if (!module) return {};
  const auto trailer = bytes.substr(module->content.size() + module->signature.size());
  return Parts{.kind = "signed module",
               .fields = {},
               .parts = {{"module", {}, content_of(module->content)},
                         {"signature", {}, content_of(module->signature)},
                         {"trailer", {}, content_of(trailer)}}};
}

}  // namespace

std::optional<Parts> open_elf(const Content& content, Scratch& /*scratch*/) {
  if (auto module = open_signed(content.bytes())) return module;
  const auto elf = read_elf(content.bytes());
  if (!elf) return {};
  Parts parts{.kind = "ELF file", .fields = {}, .parts = {}};
  parts.fields = {{"type", std::to_string(elf->type)},
                  {"machine", std::to_string(elf->machine)},
                  {"entry", fmt::format("{:#x}", elf->entry)},
                  {"build id", elf->build_id}};
  for (const auto& section : elf->sections) {
    // The build id is a field already.
    if (!section.name.empty() && section.name != ".note.gnu.build-id") parts.parts.push_back(section_part(section));
  }
  return parts;
}

std::optional<Parts> open_kernel(const Content& content, Scratch& /*scratch*/) {
  const auto version = kernel_version(content.bytes());
  if (!version) return {};
  Parts parts{.kind = "kernel", .fields = {{"version", *version}}, .parts = {}};
  add_fields(parts, setup_header, content.bytes());
  const auto setup = (little(content.bytes(), 0x1f1, 1) + 1) * 512;
  parts.parts.push_back({"setup", {}, content.slice(0, setup), true});
  try {
    auto kernel = kernel::unpacked_kernel(content.bytes());
    if (auto initramfs = embedded_initramfs(kernel)) {
      parts.parts.push_back({"initramfs", {}, Content::of_bytes(std::move(*initramfs))});
    }
    parts.parts.push_back({"unpacked kernel", {}, Content::of_bytes(std::move(kernel))});
  } catch (const std::runtime_error&) {
    return {};
  }
  return parts;
}

std::optional<Parts> open_pe(const Content& content, Scratch& scratch) {
  if (auto kernel = open_kernel(content, scratch)) return kernel;
  const auto sections = image::pe_sections(content.bytes());
  if (!sections) return {};
  Parts parts{.kind = "UEFI program", .fields = {}, .parts = {}};
  const auto header = little(content.bytes(), 60, 4);  // TimeDateStamp is 8 bytes behind its signature
  parts.fields = {{"time stamp", std::to_string(little(content.bytes(), header + 8, 4))}};
  for (const auto& section : *sections) {
    parts.parts.push_back(
        {section.name, {{"address", fmt::format("{:#x}", section.memory)}}, content.slice(section.at, section.size)});
  }
  return parts;
}

}  // namespace kjx::inspect
