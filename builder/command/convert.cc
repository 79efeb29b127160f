#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <array>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/file.h"
#include "base/process.h"
#include "command/command.h"
#include "command/workspace.h"
#include "image/identifiers.h"
#include "image/vmdk_descriptor.h"
#include "inspect/inspect.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

struct Target {
  std::string_view name;    // as the user says it
  std::string_view format;  // qemu-img's word
  std::string_view option;  // its -o
};

constexpr std::array targets{Target{"raw", "raw", ""}, Target{"qcow2", "qcow2", ""},
                             Target{"vmdk", "vmdk", "subformat=monolithicSparse"},
                             Target{"vmdk-stream", "vmdk", "subformat=streamOptimized"}};

[[noreturn]] void refuse(std::string message, std::string help = {}) {
  throw Failure(Diagnostic{Kind::usage, {}, std::move(message), std::move(help)});
}

// What was asked for, or what the name says.
const Target& target_of(const std::string& asked, const fs::path& to) {
  std::vector<std::string> names;
  auto wanted = asked;
  if (wanted.empty() && to.has_extension()) wanted = to.extension().string().substr(1);
  if (wanted == "img") wanted = "raw";
  for (const auto& target : targets) {
    if (target.name == wanted) return target;
    names.emplace_back(target.name);
  }
  if (asked.empty()) {
    refuse(fmt::format("the name '{}' says no disk format", to.filename().string()),
           "end it in .raw, .qcow2 or .vmdk, or say --format");
  }
  refuse(fmt::format("there is no disk format '{}'", asked),
         did_you_mean(asked, names, fmt::format("known: {}", fmt::join(names, ", "))));
}

std::string format_of(const fs::path& from) {
  const auto format = inspect::disk_format(from);
  if (!format) {
    refuse(fmt::format("{} is no disk image", from.string()),
           fmt::format("`kjx inspect {}` says what it is", from.string()));
  }
  return *format;
}

void qemu_img(std::vector<std::string> arguments, const fs::path& directory, std::string* output = nullptr) {
  if (!find_program("qemu-img"))
    throw Failure(Diagnostic{Kind::no_tool, {}, "qemu-img is not there", "apt-get install qemu-utils"});
  arguments.insert(arguments.begin(), "qemu-img");
  kjx::Command command{.argv = arguments};
  command.directory = directory;
  const auto captured = capture(std::move(command));
  if (output != nullptr) *output = captured.output;
  if (captured.exit.ok()) return;
  throw Failure(Diagnostic{Kind::program_failed, {}, fmt::format("qemu-img {} failed", arguments[1]), captured.output});
}

// An image may name any file of the host's as the one that it only holds changes to.
void require_whole(const fs::path& from, const std::string& format) {
  std::string output;
  qemu_img({"info", "--output=json", "-f", format, from.string()}, "/", &output);
  const auto info = nlohmann::json::parse(output, nullptr, false);
  const auto specific = info.value("format-specific", nlohmann::json::object()).value("data", nlohmann::json::object());
  for (const auto& other : {info.value("backing-filename", ""), specific.value("data-file", "")}) {
    if (!other.empty()) {
      refuse(fmt::format("{} is no whole disk: it refers to {}", from.string(), other),
             "kjx follows no names in images; `qemu-img convert` does");
    }
  }
}

// In a folder beside `to`, under its very name: a VMDK holds that. By way of the raw disk, whose digest is the new id.
void convert_disk(const fs::path& from, const std::string& format, const Target& target, const fs::path& to) {
  const TemporaryFolder folder(to.parent_path(), ".kjx-convert");
  const auto raw = folder.path() / "disk.raw";
  const auto draft = folder.path() / to.filename();
  qemu_img({"convert", "-f", format, "-O", "raw", from.string(), "disk.raw"}, folder.path());
  if (target.format == "raw") {
    fs::rename(raw, to);
    return;
  }
  std::vector<std::string> convert{"convert", "-f", "raw", "-O", std::string(target.format)};
  if (!target.option.empty()) convert.insert(convert.end(), {"-o", std::string(target.option)});
  convert.insert(convert.end(), {"disk.raw", to.filename().string()});
  qemu_img(convert, folder.path());
  if (target.format == "vmdk") {
    image::set_content_id(draft, image::derive_number("vmdk.content", digest_of_file(raw)));
  }
  fs::rename(draft, to);
}

}  // namespace

int convert(const Arguments& arguments) {
  std::string in;
  std::string out;
  std::string asked;
  CLI::App app(
      "Turns a disk image (raw, qcow2, vmdk, vdi, vhdx, or a hybrid ISO) into another format. The same disk gives "
      "the same bytes.",
      "kjx convert");
  app.add_option("IN", in, "The image")->required();
  app.add_option("OUT", out, "The new file; its ending says the format")->required();
  app.add_option("--format", asked, "raw, qcow2, vmdk or vmdk-stream, whatever the ending is");
  parse(app, arguments);

  const auto to = fs::absolute(out);
  const auto from = fs::absolute(in);
  const auto& target = target_of(asked, to);
  const auto format = format_of(from);
  require_whole(from, format);
  if (fs::exists(to) && fs::equivalent(from, to)) refuse("the new file would replace the image that is read");
  convert_disk(from, format, target, to);
  return exit_ok;
}

}  // namespace kjx::command
