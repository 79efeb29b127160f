#include "command/machine.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "command/accelerator.h"
#include "plan/disk.h"
#include "step/result.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

using image::no_firmware;
using image::option_path;

namespace {

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

bool embedded(const recipe::Recipe& image) {
  const auto* initramfs = image.record.record("initramfs");
  return initramfs == nullptr || *initramfs->text("placement") == "embedded";
}

const fs::path* first_there(const std::vector<Located<std::string>>& places, fs::path& found) {
  for (const auto& place : places) {
    if (!fs::exists(*place)) continue;
    found = *place;
    return &found;
  }
  return nullptr;
}

const recipe::Recipe& target_of(const recipe::Recipes& recipes) {
  return recipes.targets.at(*recipes.distro.record.text("target"));
}

bool has_bios(const recipe::Recipes& recipes) { return target_of(recipes).record.record("firmware")->flag("bios"); }

// The archive of an image whose kernel does not hold it: where the build left it in the store.
fs::path separate_initramfs(const Workspace& workspace, const std::string& image) {
  const auto file = workspace.out / "results" / (image + ".initramfs.json");
  const auto result = fs::exists(file) ? step::parse_result(read_file(file)) : std::nullopt;
  if (!result || !result->outputs.contains("cpio")) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("{} is not there", file.string()),
                             fmt::format("build it first: kjx build {}", image)});
  }
  store::Store store(workspace.store);
  return store.path_of(result->outputs.at("cpio"));
}

// Only who starts the kernel can add to its command line.
void refuse_words_for_the_kernel(const Start& start, const MachineSettings& settings) {
  if (!start.boot.takes_cmdline && (!settings.append.empty() || !settings.initrd.empty())) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("{} works only where QEMU itself starts the kernel",
                                         settings.append.empty() ? "--initrd" : "--append"),
                             "--format kernel; an image's own command line stands in its recipe: `cmdline:`"});
  }
}

void refuse_without_network(const Start& start, const MachineSettings& settings) {
  if (start.boot.network == nullptr || settings.network) return;
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("{} is loaded over the network, and --network none takes it away", start.format),
                           "leave it out, or name another output: --format"});
}

// The kernel unpacks one archive after the other, each at a multiple of four bytes.
std::string one_behind_the_other(const std::vector<fs::path>& archives) {
  std::string bytes;
  for (const auto& archive : archives) {
    bytes += read_file(archive);
    bytes.resize((bytes.size() + 3) / 4 * 4, '\0');
  }
  return bytes;
}

}  // namespace

int free_port() {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw IoError("find", "a free port", errno);
  }
  return ntohs(address.sin_port);
}

const recipe::Recipe& image_asked(const recipe::Recipes& recipes, const std::string& name) {
  const auto wanted = name.empty() ? *recipes.distro.record.text("default") : name;
  if (const auto found = recipes.images.find(wanted); found != recipes.images.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [each, image] : recipes.images) names.push_back(each);
  if (name.empty()) {
    throw Failure(Diagnostic{
        Kind::usage, {}, "this distro has no default image", fmt::format("name one: {}", fmt::join(names, ", "))});
  }
  throw Failure(
      Diagnostic{Kind::unknown_name, {}, fmt::format("there is no image '{}'", name), did_you_mean(name, names)});
}

std::string Start::name() const {
  if (format == bare_kernel) return format;
  if (firmware == no_firmware) return fmt::format("{} {}", format, boot.way);
  return fmt::format("{} {} {}", format, boot.way, firmware);
}

std::vector<Start> starts_of(const Workspace& workspace, const recipe::Recipes& recipes, const recipe::Recipe& image) {
  std::vector<Start> starts;
  if (*image.record.text("kernel") == recipe::no_kernel) return starts;
  const auto built = [&](std::string_view extension) {
    return workspace.out / "images" / fmt::format("{}.{}", image.name, extension);
  };
  for (const auto& output : image.record.choices("outputs")) {
    const auto& format = *image::find(*output.name);
    if (plan::root_on_disk(image) && !format.disk) continue;
    for (const auto& boot : format.boots) {
      for (const auto firmware : image::firmware_of(boot, output.record, has_bios(recipes)))
        starts.push_back({*output.name, boot, std::string(firmware), built(format.extension)});
    }
  }
  if (plan::root_on_disk(image)) return starts;
  auto direct = image::boots_as_kernel();
  direct.way = bare_kernel;
  starts.push_back({std::string(bare_kernel), direct, std::string(no_firmware), built("bzImage")});
  return starts;
}

Failure cannot_boot(const recipe::Recipe& image) {
  if (*image.record.text("kernel") == recipe::no_kernel) {
    return Failure(
        Diagnostic{Kind::usage,
                   {},
                   fmt::format("image '{}' has no kernel: it is a root file system alone, and cannot boot", image.name),
                   "name a kernel in its recipe: `kernel: kernel`"});
  }
  return Failure(Diagnostic{Kind::usage,
                            {},
                            fmt::format("image '{}' has its root on a disk and no output that is one", image.name),
                            "add one to its recipe: `outputs: [raw]`"});
}

Machines::Machines(const Workspace& workspace, const recipe::Recipes& recipes, const recipe::Recipe& image)
    : workspace_(workspace), recipes_(recipes), image_(image), qemu_(*target_of(recipes).record.record("qemu")) {}

bool Machines::has_firmware(std::string_view firmware) const {
  fs::path found;
  return firmware != "uefi" || (first_there(qemu_.list("uefi-code"), found) != nullptr &&
                                first_there(qemu_.list("uefi-variables"), found) != nullptr);
}

void Machines::require_built(const Start& start) const {
  if (fs::exists(start.file)) return;
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("{} is not there", start.file.string()),
                           fmt::format("build it first: kjx build {}", image_.name)});
}

std::string Machines::accelerator(const std::string& asked) const {
  if (asked != "auto") return asked;
  return find_accelerator(program(), workspace_.out / "images" / (image_.name + ".bzImage"), *qemu_.text("console"),
                          workspace_.store.parent_path() / "accelerator");
}

Words Machines::words(const Start& start, const MachineSettings& settings) const {
  require_built(start);
  refuse_words_for_the_kernel(start, settings);
  refuse_without_network(start, settings);
  Words words{program()};
  for (const auto& word : qemu_.list("machine")) words.push_back(*word);
  append(words, accelerator_arguments(accelerator(settings.accelerator)));
  append(words, {"-m", std::to_string(settings.memory), "-smp", std::to_string(settings.cpus), "-display", "none"});
  add_firmware(words, start, settings);
  add_output(words, start, settings);
  add_network(words, start, settings);
  add_keys(words, settings);
  return words;
}

void Machines::add_firmware(Words& words, const Start& start, const MachineSettings& settings) const {
  if (start.firmware != "uefi") return;
  fs::path code;
  fs::path empty;
  const auto places = qemu_.list("uefi-code");
  if (first_there(places, code) == nullptr || first_there(qemu_.list("uefi-variables"), empty) == nullptr) {
    throw Failure(Diagnostic{Kind::no_tool, places.empty() ? Location{} : places.front().where,
                             "there is no UEFI firmware for QEMU", "apt-get install ovmf"});
  }
  const auto variables = settings.scratch / "uefi-variables.fd";  // the guest writes to its copy
  if (!settings.dry) copy_file_whole(empty, variables);
  append(words, {"-drive", fmt::format("if=pflash,unit=0,format=raw,readonly=on,file={}", option_path(code))});
  append(words, {"-drive", fmt::format("if=pflash,unit=1,format=raw,file={}", option_path(variables))});
}

void Machines::add_output(Words& words, const Start& start, const MachineSettings& settings) const {
  if (!start.boot.disk_format.empty()) return add_disk(words, start, settings);
  append(words, start.boot.words(attach(start, settings)));
}

image::Attach Machines::attach(const Start& start, const MachineSettings& settings) const {
  const auto& firmware = *target_of(recipes_).record.record("firmware");
  return {.output = start.file,
          .snapshot = settings.snapshot,
          .cmdline = command_line(settings),
          .initramfs = initramfs(start, settings),
          .efi_name = *firmware.text("efi-name"),
          .scratch = settings.scratch,
          .dry = settings.dry};
}

void Machines::add_network(Words& words, const Start& start, const MachineSettings& settings) const {
  if (!settings.network) return append(words, {"-nic", "none"});
  auto card = fmt::format("user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{}-:22", settings.ssh_port);
  if (start.boot.network != nullptr) card += "," + start.boot.network(attach(start, settings));
  append(words, {"-nic", card});
}

std::string Machines::command_line(const MachineSettings& settings) const {
  return fmt::format("console={}{}{}", *qemu_.text("console"), settings.append.empty() ? "" : " ", settings.append);
}

// What the kernel is started with: the image's own archive where it lies beside the kernel, and the one asked for.
fs::path Machines::initramfs(const Start& start, const MachineSettings& settings) const {
  if (!start.boot.takes_cmdline) return {};
  std::vector<fs::path> archives;
  if (!start.boot.initramfs.empty())
    archives.push_back(fs::path(start.file).replace_extension(start.boot.initramfs));
  else if (!embedded(image_))
    archives.push_back(separate_initramfs(workspace_, image_.name));
  if (!settings.initrd.empty()) archives.push_back(settings.initrd);
  if (archives.size() < 2) return archives.empty() ? fs::path() : archives.front();
  const auto joined = settings.scratch / "initrd";
  if (!settings.dry) write_file(joined, one_behind_the_other(archives));
  return joined;
}

// What the guest writes is kept in a file beside the image, which stays as it was built.
void Machines::add_disk(Words& words, const Start& start, const MachineSettings& settings) const {
  const std::string own(start.boot.disk_format);
  if (settings.snapshot) {
    return append(words, start.boot.words({.output = start.file, .snapshot = true, .disk_format = own}));
  }
  const auto written = settings.scratch / fmt::format("{}.{}.{}.qcow2", image_.name, start.format, start.boot.way);
  const bool stale = !fs::exists(written) || fs::last_write_time(written) < fs::last_write_time(start.file);
  if (stale && !settings.dry) {
    fs::create_directories(settings.scratch);
    fs::remove(written);
    kjx::Command create;
    create.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-F", own, "-b", start.file.string(), written.string()};
    const auto made = capture(create);
    if (!made.exit.ok()) throw IoError("make", written, made.output);
  }
  append(words, start.boot.words({.output = written, .snapshot = false, .disk_format = "qcow2"}));
}

// Public keys, handed to the guest in memory: none is in the image.
void Machines::add_keys(Words& words, const MachineSettings& settings) const {
  if (settings.authorized_keys.empty()) return;
  const auto file = settings.scratch / "authorized_keys";
  if (!settings.dry) write_file(file, settings.authorized_keys);
  append(words, {"-fw_cfg", fmt::format("name=opt/kjx/authorized_keys,file={}", option_path(file))});
}

}  // namespace kjx::command
