#include "image/medium.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace kjx::image {
namespace {

using nlohmann::json;
using schema::Type;

[[noreturn]] void bad_value(const work::Work& work, std::string_view topic, std::string message, std::string help) {
  auto where = work.where(topic);
  if (!where) where = work.where();
  throw Failure(Diagnostic{Kind::bad_value, where, std::move(message), std::move(help)});
}

// A field of a record's json: numbers and booleans may stand there as such or as text.
std::string text_in(const json& record, const char* key) {
  const auto found = record.find(key);
  if (found == record.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

// The first of several records that says anything.
std::string first_of(std::initializer_list<const json*> records, const char* key) {
  for (const json* record : records) {
    if (auto text = text_in(*record, key); !text.empty()) return text;
  }
  return {};
}

std::string joined(std::initializer_list<std::string> words) {
  std::string line;
  for (const auto& word : words) {
    if (!word.empty()) line += (line.empty() ? "" : " ") + word;
  }
  return line;
}

void check_label(const work::Work& work, const std::string& label) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  if (!label.empty() && label.size() <= 32 && label.find_first_not_of(allowed) == std::string::npos) return;
  bad_value(work, "options.label", fmt::format("'{}' is no label of a volume", label),
            "ISO 9660 allows up to 32 of the letters A-Z, digits and _");
}

void check_one_line(const work::Work& work, std::string_view what, const std::string& text) {
  if (text.find_first_of("\n\r") == std::string::npos) return;
  bad_value(work, fmt::format("options.{}", what), fmt::format("the {} has more than one line", what),
            "the boot loader's configuration has one line for it");
}

void choose_firmware(const work::Work& work, const std::string& asked, Medium& medium) {
  const json target = work.description().value("target", json::object());
  medium.efi_name = text_in(target, "efi_name");
  const bool has_bios = target.value("bios", true);
  medium.bios = has_bios && asked != "uefi";
  medium.uefi = asked != "bios";
  medium.separate_initramfs = work.description().value("separate", false);
}

// SYSLINUX's text menu, and what it needs.
constexpr const char* menu_modules[] = {"menu.c32", "libutil.c32"};

std::vector<std::string> modules_in(const json& record, bool menu) {
  std::set<std::string> names;
  const auto found = record.find("modules");
  if (found != record.end() && found->is_array()) names = found->get<std::set<std::string>>();
  if (menu) names.insert(std::begin(menu_modules), std::end(menu_modules));
  return {names.begin(), names.end()};
}

std::string line_of(std::string_view word, const std::string& rest) {
  return rest.empty() ? std::string() : fmt::format("{} {}", word, rest);
}

// The second label. With time to choose there is a menu, on screen and serial line; without, one that holds Shift gets
// a prompt and types its name.
std::string rescue_entry(const Medium& medium, const std::string& kernel, const std::string& initramfs) {
  if (!medium.rescue) return {};
  const auto menu = medium.timeout > 0 ? fmt::format("UI {}\nMENU TITLE {}\n", menu_modules[0], medium.title) : "";
  return fmt::format("{}LABEL rescue\n  MENU LABEL {}\n  LINUX {}\n  {}\n  APPEND {}", menu, medium.rescue_title(),
                     kernel, line_of("INITRD", initramfs), medium.rescue_cmdline());
}

using Values = std::map<std::string, std::string, std::less<>>;

Values values_of(const Medium& medium, const std::string& kernel, const std::string& initramfs) {
  return {{"TITLE", medium.title},
          {"KERNEL", kernel},
          {"APPEND", line_of("APPEND", medium.cmdline)},
          {"INITRD", line_of("INITRD", initramfs)},
          {"SERIAL", medium.serial ? fmt::format("SERIAL {} {}", medium.serial_port, medium.serial_speed) : ""},
          {"RESCUE", rescue_entry(medium, kernel, initramfs)},
          {"PROMPT", medium.timeout > 0 && !medium.rescue ? "1" : "0"},
          {"TIMEOUT", std::to_string(medium.timeout * 10)}};  // in tenths of a second
}

// The next @NAME@ from `at` on; nothing when there is none. A lone @ is only text.
std::optional<std::pair<std::size_t, std::size_t>> next_placeholder(std::string_view text, std::size_t at) {
  for (; (at = text.find('@', at)) != std::string_view::npos; ++at) {
    const auto end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", at + 1);
    if (end != std::string_view::npos && text[end] == '@' && end > at + 1) return {{at, end}};
  }
  return {};
}

void unknown_placeholder(const work::Work& work, std::string_view name, std::string_view before, const Values& values) {
  std::vector<std::string> known;
  for (const auto& [key, value] : values) known.push_back(key);
  bad_value(work, template_slot,
            fmt::format("{}:{}: unknown placeholder @{}@", template_slot, std::ranges::count(before, '\n') + 1, name),
            did_you_mean(name, known, fmt::format("known: {}", fmt::join(known, ", "))));
}

// A template of the author's own may be older than the entry.
void check_rescue_place(const work::Work& work, std::string_view text) {
  if (text.find("@RESCUE@") != std::string_view::npos) return;
  bad_value(work, template_slot, fmt::format("{} has no place for the rescue shell", template_slot),
            "a line @RESCUE@ at its end, or no `rescue: true`");
}

constexpr std::int64_t time_to_choose = 5;  // seconds

}  // namespace

std::string Medium::rescue_title() const { return joined({title, "(rescue shell)"}); }

std::string Medium::rescue_cmdline() const { return joined({cmdline, "kjx.rescue"}); }

const schema::Table& iso_table() {
  static const schema::Table table{
      "a boot medium",
      "iso/iso.yaml: what all ISO files and disks of this distro start with; an image's output may say otherwise.",
      {{"label", Type::text, "Label of the volume: up to 32 of A-Z, 0-9 and _.", false, "KJX"},
       {"title", Type::text, "A line that the boot loader shows on the screen.", false, "kjx"},
       {"timeout", Type::integer, "Seconds that the boot loader waits for a key; 0 starts at once.", false, "0"},
       {"cmdline", Type::text, "Words that the boot loader adds to the kernel's built-in command line."},
       {"serial-port", Type::integer, "Serial line that the boot loader speaks on: 0 is the first.", false, "0"},
       {"serial-speed", Type::integer, "Its speed in bits per second.", false, "115200"},
       {"modules", Type::list, "Modules of SYSLINUX to be put beside the configuration, such as menu.c32."}}};
  return table;
}

std::vector<schema::Field> boot_fields() {
  return {
      {"firmware",
       Type::word,
       "What can start it; `both` is whatever the target has.",
       false,
       "both",
       {"both", "bios", "uefi"}},
      {"label", Type::text, "Label of the volume, instead of the one in iso/iso.yaml."},
      {"title", Type::text, "The line that the boot loader shows on the screen, instead of the one in iso/iso.yaml."},
      {"timeout", Type::integer, "Seconds that the boot loader waits for a key, instead of those in iso/iso.yaml."},
      {"serial", Type::boolean, "Whether the boot loader speaks on the serial line too.", false, "true"},
      {"cmdline", Type::text,
       "Further words for the kernel's command line, from BIOS and UEFI alike: they are added to its built-in line."},
      {"rescue", Type::boolean,
       "A second entry beside the usual one: a root shell on every console before services start; when it ends, the "
       "boot goes on. The boot loader then shows a menu, for 5 seconds where nothing says otherwise."}};
}

std::string cmdline_of(const work::Work& work) {
  const json& description = work.description();
  const json defaults = description.value("medium", json::object());
  const json options = description.value("options", json::object());
  auto line = joined({text_in(defaults, "cmdline"), text_in(description, "cmdline"), text_in(options, "cmdline")});
  check_one_line(work, "cmdline", line);
  return line;
}

Medium medium_of(const work::Work& work) {
  const json& description = work.description();
  const json options = description.value("options", json::object());
  const json defaults = description.value("medium", json::object());
  const auto all = {&options, &description, &defaults};
  Medium medium;
  medium.label = first_of(all, "label");
  medium.title = first_of(all, "title");
  medium.cmdline = cmdline_of(work);
  medium.rescue = text_in(options, "rescue") == "true";
  if (const auto text = first_of(all, "timeout"); !text.empty()) medium.timeout = std::stoll(text);
  if (medium.rescue && medium.timeout == 0 && text_in(options, "timeout").empty()) medium.timeout = time_to_choose;
  medium.serial = text_in(options, "serial") != "false";
  if (const auto text = text_in(defaults, "serial-port"); !text.empty()) medium.serial_port = std::stoll(text);
  if (const auto text = text_in(defaults, "serial-speed"); !text.empty()) medium.serial_speed = std::stoll(text);
  medium.modules = modules_in(defaults, medium.rescue && medium.timeout > 0);
  check_label(work, medium.label);
  check_one_line(work, "title", medium.title);
  choose_firmware(work, text_in(options, "firmware"), medium);
  return medium;
}

std::string boot_config(work::Work& work, const Medium& medium, const std::string& kernel,
                        const std::string& initramfs) {
  const auto text = work.file(template_slot);
  if (medium.rescue) check_rescue_place(work, text);
  const auto values = values_of(medium, kernel, initramfs);
  std::string out;
  std::size_t done = 0;
  while (const auto place = next_placeholder(text, done)) {
    const auto [begin, end] = *place;
    const auto name = std::string_view(text).substr(begin + 1, end - begin - 1);
    const auto value = values.find(name);
    if (value == values.end()) unknown_placeholder(work, name, std::string_view(text).substr(0, begin), values);
    out.append(text, done, begin - done).append(value->second);
    done = end + 1;
  }
  return out.append(text, done);
}

}  // namespace kjx::image
