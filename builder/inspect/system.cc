#include "inspect/system.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "inspect/inspect.h"
#include "kernel/boot_image.h"

namespace kjx::inspect {
namespace {

using store::Entry;

template <typename Do>
void each_line(std::string_view text, Do&& call) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    call(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

// The first word, in lower case, and what follows it.
std::pair<std::string, std::string> key_and_rest(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || line[begin] == '#') return {};
  line.remove_prefix(begin);
  const auto end = line.find_first_of(" \t");
  std::string key(line.substr(0, end));
  std::ranges::transform(key, key.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (end == std::string_view::npos) return {key, ""};
  line.remove_prefix(end);
  const auto rest = line.find_first_not_of(" \t");
  if (rest == std::string_view::npos) return {key, ""};
  line.remove_prefix(rest);
  return {key, std::string(line.substr(0, line.find_last_not_of(" \t\r") + 1))};
}

std::optional<std::string> read_first(const Tree& tree, std::initializer_list<const char*> paths) {
  for (const auto* path : paths) {
    const auto there = std::ranges::any_of(tree.entries, [&](const Entry& e) { return e.path == path; });
    if (!there) continue;
    if (auto text = tree.read(path); text && !text->empty()) return text;
  }
  return {};
}

// Names directly below a folder.
std::vector<std::string> names_below(const Tree& tree, const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : tree.entries) {
    if (!entry.path.starts_with(folder) || entry.path.find('/', folder.size()) != std::string::npos) continue;
    names.push_back(entry.path.substr(folder.size()));
  }
  std::ranges::sort(names);
  return names;
}

void report_release(Report& report, const Tree& tree) {
  const auto text = read_first(tree, {"etc/os-release", "usr/lib/os-release"});
  if (!text) return;
  auto name = release_field(*text, "PRETTY_NAME");
  if (const auto variant = release_field(*text, "VARIANT_ID"); !variant.empty()) name += fmt::format(" ({})", variant);
  report.line("system: " + name);
}

void report_packages(Report& report, const Tree& tree) {
  std::vector<Package> packages;
  std::string_view from;
  if (const auto own = read_first(tree, {"etc/kjx/packages"})) {
    packages = kjx_packages(*own);
  } else if (const auto dpkg = read_first(tree, {"var/lib/dpkg/status"})) {
    packages = dpkg_packages(*dpkg);
    from = " (dpkg)";
  } else if (const auto apk = read_first(tree, {"lib/apk/db/installed", "usr/lib/apk/db/installed"})) {
    packages = apk_packages(*apk);
    from = " (apk)";
  }
  if (packages.empty()) return;
  report.line(fmt::format("packages: {}{}", packages.size(), from));
  const Report::Indent indent(report);
  for (const auto& [name, version] : packages) report.line(fmt::format("{} {}", name, version));
}

void report_services(Report& report, const Tree& tree) {
  const auto say = [&](std::string_view what, const std::vector<std::string>& names) {
    if (!names.empty()) report.line(fmt::format("services{}: {}", what, fmt::join(names, ", ")));
  };
  say("", names_below(tree, "etc/sv/"));
  std::set<std::string> units;
  for (const auto& entry : tree.entries) {
    if (entry.path.starts_with("etc/systemd/system/") && entry.path.find(".wants/") != std::string::npos) {
      units.insert(entry.path.substr(entry.path.rfind('/') + 1));
    }
  }
  say(" (systemd)", {units.begin(), units.end()});
  say(" (init.d)", names_below(tree, "etc/init.d/"));
}

void report_modules(Report& report, const Tree& tree) {
  for (const auto* folder : {"lib/modules/", "usr/lib/modules/"}) {
    for (const auto& release : names_below(tree, folder)) {
      const auto prefix = folder + release + "/";
      const auto count = std::ranges::count_if(tree.entries, [&](const Entry& e) {
        return e.path.starts_with(prefix) && e.path.find(".ko", e.path.rfind('/')) != std::string::npos;
      });
      report.line(fmt::format("modules: {} for Linux {}", count, release));
    }
  }
}

bool is_menu(std::string_view path, std::string_view name) {
  return path == name || path.ends_with("/" + std::string(name));
}

std::vector<BootEntry> menu_in(const std::string& path, const std::string& text) {
  if (is_menu(path, "grub.cfg")) return grub_entries(text);
  if (path.ends_with(".conf") && path.find("loader/entries/") != std::string::npos) return loader_entries(text);
  return syslinux_entries(text);
}

void report_menus(Report& report, const Tree& tree) {
  for (const auto& entry : tree.entries) {
    const bool menu = is_menu(entry.path, "grub.cfg") || is_menu(entry.path, "isolinux.cfg") ||
                      is_menu(entry.path, "syslinux.cfg") || is_menu(entry.path, "extlinux.conf") ||
                      (entry.path.ends_with(".conf") && entry.path.find("loader/entries/") != std::string::npos);
    if (!menu || entry.type != Entry::Type::file) continue;
    const auto text = tree.read(entry.path);
    if (!text) continue;
    for (const auto& [name, kernel, cmdline] : menu_in(entry.path, *text)) {
      auto line = fmt::format("boot entry '{}' ({})", name, entry.path);
      if (!kernel.empty()) line += fmt::format(": {}{}{}", kernel, cmdline.empty() ? "" : " ", cmdline);
      report.line(line);
    }
  }
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Files worth being looked into: kernels, what they unpack, file systems and volumes.
bool is_boot_file(const Entry& entry) {
  if (entry.type != Entry::Type::file || !entry.target.empty()) return false;
  const auto path = lower(entry.path);
  const auto name = path.substr(path.rfind('/') + 1);
  for (const auto* start : {"vmlinuz", "bzimage", "initrd", "initramfs", "linux"}) {
    if (name.starts_with(start) && name.find(".c32") == std::string::npos && name.find(".bin") == std::string::npos &&
        name.find(".mod") == std::string::npos && !path.starts_with("usr/")) {
      return true;
    }
  }
  if (path.starts_with("efi/") && name.ends_with(".efi")) return true;
  return name.ends_with(".squashfs") || name.ends_with(".erofs") || name == "efi.img";
}

void report_boot_files(Report& report, const Tree& tree) {
  for (const auto& entry : tree.entries) {
    if (!is_boot_file(entry)) continue;
    const auto bytes = tree.read(entry.path);
    if (!bytes) {
      report.line(fmt::format("/{}: its bytes cannot be had", entry.path));
      continue;
    }
    inspect_bytes(report, "/" + entry.path, *bytes);
  }
}

}  // namespace

std::string release_field(std::string_view text, std::string_view key) {
  std::string found;
  each_line(text, [&](std::string_view line) {
    if (!line.starts_with(key) || line.substr(key.size(), 1) != "=") return;
    line.remove_prefix(key.size() + 1);
    if (line.size() >= 2 && (line.front() == '"' || line.front() == '\'')) line = line.substr(1, line.size() - 2);
    found = line;
  });
  return found;
}

std::vector<Package> kjx_packages(std::string_view text) {
  std::vector<Package> packages;
  each_line(text, [&](std::string_view line) {
    if (const auto space = line.find(' '); space != std::string_view::npos) {
      packages.push_back({std::string(line.substr(0, space)), std::string(line.substr(space + 1))});
    }
  });
  return packages;
}

std::vector<Package> dpkg_packages(std::string_view text) {
  std::vector<Package> packages;
  Package now;
  bool installed = false;
  const auto done = [&] {
    if (installed && !now.name.empty()) packages.push_back(now);
    now = {};
    installed = false;
  };
  each_line(text, [&](std::string_view line) {
    if (line.empty()) done();
    if (line.starts_with("Package: ")) now.name = line.substr(9);
    if (line.starts_with("Version: ")) now.version = line.substr(9);
    if (line.starts_with("Status: ")) installed = line.ends_with(" installed");
  });
  done();
  return packages;
}

std::vector<Package> apk_packages(std::string_view text) {
  std::vector<Package> packages;
  each_line(text, [&](std::string_view line) {
    if (line.starts_with("P:")) packages.push_back({std::string(line.substr(2)), ""});
    if (line.starts_with("V:") && !packages.empty()) packages.back().version = line.substr(2);
  });
  return packages;
}

std::vector<BootEntry> grub_entries(std::string_view text) {
  std::vector<BootEntry> entries;
  each_line(text, [&](std::string_view line) {
    const auto [key, rest] = key_and_rest(line);
    if (key == "menuentry" || key == "submenu") {
      const char quote = rest.empty() ? '\0' : rest.front();
      const auto end = quote == '"' || quote == '\'' ? rest.find(quote, 1) : rest.find_first_of(" {");
      const std::size_t begin = quote == '"' || quote == '\'' ? 1 : 0;
      entries.push_back({rest.substr(begin, end == std::string::npos ? end : end - begin), "", ""});
    } else if (!entries.empty() && (key == "linux" || key == "linux16" || key == "linuxefi") &&
               entries.back().kernel.empty()) {
      const auto space = rest.find_first_of(" \t");
      entries.back().kernel = rest.substr(0, space);
      if (space != std::string::npos) entries.back().cmdline = rest.substr(space + 1);
    }
  });
  return entries;
}

std::vector<BootEntry> syslinux_entries(std::string_view text) {
  std::vector<BootEntry> entries;
  each_line(text, [&](std::string_view line) {
    const auto [key, rest] = key_and_rest(line);
    if (key == "label") entries.push_back({rest, "", ""});
    if (entries.empty()) return;
    if (key == "linux" || key == "kernel") entries.back().kernel = rest;
    if (key == "append") entries.back().cmdline = rest;
    if (const auto [what, name] = key_and_rest(rest); key == "menu" && what == "label") entries.back().name = name;
  });
  return entries;
}

std::vector<BootEntry> loader_entries(std::string_view text) {
  BootEntry entry;
  each_line(text, [&](std::string_view line) {
    const auto [key, rest] = key_and_rest(line);
    if (key == "title") entry.name = rest;
    if (key == "linux" || key == "efi") entry.kernel = rest;
    if (key == "options") entry.cmdline += (entry.cmdline.empty() ? "" : " ") + rest;
  });
  return entry == BootEntry{} ? std::vector<BootEntry>{} : std::vector{entry};
}

void report_system(Report& report, const Tree& tree) {
  report_release(report, tree);
  report_menus(report, tree);
  report_modules(report, tree);
  report_packages(report, tree);
  report_services(report, tree);
  report_boot_files(report, tree);
}

}  // namespace kjx::inspect
