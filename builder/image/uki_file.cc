// A unified kernel image (the UAPI group's specification of that name): systemd's UEFI stub, a program of some 70 KB,
// with the kernel, its command line and, when it does not lie inside the kernel, the initramfs as sections of it.
//
// The kernel is a UEFI program already, but firmware starts it with its built-in command line alone. The stub hands
// over the line in `.cmdline`; where secure boot is on it lets nobody else add to it.
#include "image/uki_file.h"

#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/file.h"
#include "image/pe.h"

namespace kjx::image {
namespace {

constexpr auto uki_folder = "/kjx/uki";

std::string stub_of(const work::Work& work) {
  const auto name = work.description().at("target").at("efi_name").get<std::string>();
  return fmt::format("{}/linux{}.efi.stub", systemd_boot_folder, efi_machine(name));
}

std::string read_stub(work::Work& work) {
  const auto folder = work.folder("uki");
  work.mount({folder, uki_folder, true});
  work.run({.argv = {"cp", "--no-preserve=all", stub_of(work), "stub"}, .environment = {}, .directory = uki_folder});
  return read_file(folder / "stub");
}

std::vector<NewSection> sections_of(work::Work& work, const std::string& cmdline) {
  std::vector<NewSection> sections;
  const auto root = work.store().manifest(work.input("root"));
  if (const auto* release = root.find("etc/os-release"); release != nullptr) {
    sections.push_back({".osrel", work.store().read(release->digest)});
  }
  if (!cmdline.empty()) sections.push_back({".cmdline", cmdline});
  sections.push_back({".linux", work.store().read(work.input("kernel")), uki_kernel_alignment});
  if (work.description().value("separate", false)) {
    sections.push_back({".initrd", work.store().read(work.input("initramfs"))});
  }
  return sections;
}

}  // namespace

std::string efi_machine(std::string efi_name) {
  if (efi_name.starts_with("BOOT")) efi_name.erase(0, 4);
  if (efi_name.ends_with(".EFI")) efi_name.resize(efi_name.size() - 4);
  for (char& letter : efi_name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return efi_name;
}

std::string make_uki(work::Work& work, const std::string& cmdline) {
  const auto stub = read_stub(work);
  const auto sections = sections_of(work, cmdline);
  try {
    return with_sections(stub, sections);
  } catch (const std::runtime_error& error) {
    throw Failure(Diagnostic{kjx::Kind::program_failed, work.where(),
                             fmt::format("{} cannot be used: {}", stub_of(work), error.what())});
  }
}

}  // namespace kjx::image
