// UEFI starts one program, EFI/BOOT/BOOTX64.EFI, without any words to it. The least that does is taken:
//
// - The kernel itself, whose EFI stub makes it such a program.
// - With words for its command line: a unified kernel image (uki_file.h), one program still.
// - With a second entry, or an initramfs beside the kernel: systemd-boot, which reads loader/loader.conf and the
// entries
//   of the Boot Loader Specification (type #1) in loader/entries/. Kernel and initramfs are files of their own then.
//   The same goes for words on a medium whose loader for PC BIOS can only read whole files: the kernel is there once.
#include "image/boot_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "image/pe.h"
#include "image/uki_file.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;

// Names of at most 8 letters: what searches the FAT file system knows no longer ones.
constexpr auto kernel_path = "vmlinuz";
constexpr auto initramfs_path = "initrd";

enum class Start { bios_alone, kernel, unified, loader };

Start start_of(const Medium& medium, bool pieces) {
  if (!medium.uefi) return Start::bios_alone;
  if (medium.rescue || medium.separate_initramfs) return Start::loader;
  if (medium.cmdline.empty()) return Start::kernel;
  return medium.bios && !pieces ? Start::loader : Start::unified;
}

class Collector {
 public:
  Collector(work::Work& work, const Medium& medium, const fs::path& folder, std::string_view inside)
      : work_(work), medium_(medium), folder_(folder), inside_(inside) {}

  BootFiles collect(Start start) {
    const auto program = "EFI/BOOT/" + medium_.efi_name;
    if (start != Start::bios_alone) files_.folders = {"EFI", "EFI/BOOT"};
    switch (start) {
      case Start::bios_alone:
        add_pieces();
        break;
      case Start::kernel:
        files_.kernel = {program, 0, add_blob("kernel", program)};
        break;
      case Start::unified:
        add_unified(program);
        break;
      case Start::loader:
        files_.folders.insert(files_.folders.end(), {"loader", "loader/entries"});
        add_pieces();
        add_loader(program);
        break;
    }
    return std::move(files_);
  }

 private:
  // `name`: in the folder. Returns its size.
  std::uint64_t add(const std::string& name, const std::string& path) {
    const auto size = fs::file_size(folder_ / name);
    files_.files.push_back({path, fmt::format("{}/{}", inside_, name), size});
    files_.bytes += size;
    return size;
  }
  std::uint64_t add_blob(const std::string& slot, const std::string& path) {
    copy_file_whole(work_.store().path_of(work_.input(slot)), folder_ / slot);
    return add(slot, path);
  }
  void add_text(const std::string& name, const std::string& path, std::string_view text) {
    write_file(folder_ / name, text);
    add(name, path);
  }

  void add_pieces() {
    files_.kernel = {kernel_path, 0, add_blob("kernel", kernel_path)};
    if (medium_.separate_initramfs) files_.initramfs = {initramfs_path, 0, add_blob("initramfs", initramfs_path)};
  }

  void add_unified(const std::string& path) {
    const auto program = make_uki(work_, medium_.cmdline);
    const auto sections = pe_sections(program).value();
    const auto kernel = std::ranges::find(sections, ".linux", &PeSection::name);
    files_.kernel = {path, kernel->at, kernel->size};
    write_file(folder_ / "kernel", program);
    add("kernel", path);
  }

  void add_loader(const std::string& path) {
    const auto program = fmt::format("{}/systemd-boot{}.efi", systemd_boot_folder, efi_machine(medium_.efi_name));
    work_.run({.argv = {"cp", "--no-preserve=all", program, fmt::format("{}/loader.efi", inside_)},
               .environment = {},
               .directory = std::string(inside_)});
    add("loader.efi", path);
    // Nothing but our own entries: what else lies on the machine's disks is not ours to start.
    add_text("loader.conf", "loader/loader.conf",
             fmt::format("timeout {}\ndefault main.conf\nauto-entries no\nauto-firmware no\n", medium_.timeout));
    add_text("main.conf", "loader/entries/main.conf", entry(medium_.title, "1", medium_.cmdline));
    if (!medium_.rescue) return;
    add_text("rescue.conf", "loader/entries/rescue.conf", entry(medium_.rescue_title(), "2", medium_.rescue_cmdline()));
  }

  [[nodiscard]] std::string entry(const std::string& title, std::string_view order, const std::string& cmdline) const {
    auto text = fmt::format("title {}\nsort-key {}\nlinux /{}\n", title, order, kernel_path);
    if (medium_.separate_initramfs) text += fmt::format("initrd /{}\n", initramfs_path);
    if (!cmdline.empty()) text += fmt::format("options {}\n", cmdline);
    return text;
  }

  work::Work& work_;
  const Medium& medium_;
  const fs::path& folder_;
  std::string_view inside_;
  BootFiles files_;
};

}  // namespace

BootFiles boot_files(work::Work& work, const Medium& medium, const fs::path& folder, std::string_view inside,
                     bool pieces) {
  return Collector(work, medium, folder, inside).collect(start_of(medium, pieces));
}

}  // namespace kjx::image
