// What a tree of files says of the system it holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inspect/tree.h"

namespace kjx::inspect {

struct Package {
  std::string name;
  std::string version;
  bool operator==(const Package&) const = default;
};

// "KEY=value" or "KEY="value"" of os-release(5); empty when it is not there.
[[nodiscard]] std::string release_field(std::string_view text, std::string_view key);
// kjx's own list: "NAME VERSION" a line.
[[nodiscard]] std::vector<Package> kjx_packages(std::string_view text);
// /var/lib/dpkg/status: only what is installed.
[[nodiscard]] std::vector<Package> dpkg_packages(std::string_view text);
// /lib/apk/db/installed
[[nodiscard]] std::vector<Package> apk_packages(std::string_view text);

// An entry of a boot loader's menu.
struct BootEntry {
  std::string name;
  std::string kernel;  // as written; empty when it starts something else
  std::string cmdline;
  bool operator==(const BootEntry&) const = default;
};
// grub.cfg; isolinux.cfg, syslinux.cfg and extlinux.conf; entries of systemd-boot (one a file).
[[nodiscard]] std::vector<BootEntry> grub_entries(std::string_view text);
[[nodiscard]] std::vector<BootEntry> syslinux_entries(std::string_view text);
[[nodiscard]] std::vector<BootEntry> loader_entries(std::string_view text);

void report_system(Report& report, const Tree& tree);

}  // namespace kjx::inspect
