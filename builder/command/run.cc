#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "command/accelerator.h"
#include "command/command.h"
#include "command/workspace.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

struct RunOptions {
  Shared shared;
  std::string image;
  std::string format = "iso";
  std::string firmware = "bios";
  std::string medium = "cd";
  std::string accelerator = "auto";
  std::string append;
  std::vector<std::string> keys;
  int memory = 512;
  int cpus = 1;
  std::string network = "user";
  int ssh_port = 0;
  bool dry_run = false;
};

using Argv = std::vector<std::string>;

void add(Argv& argv, std::initializer_list<std::string> words) { argv.insert(argv.end(), words); }

// A port of the loopback interface that nobody listens on just now.
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

class Boot {
 public:
  Boot(const RunOptions& asked, const Workspace& workspace, const recipe::Recipes& recipes)
      : asked_(asked),
        workspace_(workspace),
        recipes_(recipes),
        target_(recipes.targets.at(*recipes.distro.record.text("target")).record),
        qemu_(*target_.record("qemu")) {}

  Argv command() {
    Argv argv{*qemu_.text("program")};
    for (const auto& word : qemu_.list("machine")) argv.push_back(*word);
    const auto accelerated = accelerator_arguments(accelerator());
    argv.insert(argv.end(), accelerated.begin(), accelerated.end());
    add(argv, {"-m", std::to_string(asked_.memory), "-smp", std::to_string(asked_.cpus), "-display", "none", "-serial",
               "mon:stdio"});
    add_firmware(argv);
    add_medium(argv);
    add_network(argv);
    add_keys(argv);
    return argv;
  }

  int ssh_port = 0;

 private:
  [[nodiscard]] std::string image() const {
    return asked_.image.empty() ? *recipes_.distro.record.text("default") : asked_.image;
  }

  [[nodiscard]] fs::path built(const std::string& suffix) const {
    const auto path = workspace_.out / "images" / (image() + suffix);
    if (fs::exists(path)) return path;
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("{} is not there", path.string()),
                             fmt::format("build it first: kjx build {}", image())});
  }

  [[nodiscard]] std::string accelerator() const {
    if (asked_.accelerator != "auto") return asked_.accelerator;
    return find_accelerator(*qemu_.text("program"), built(".bzImage"), *qemu_.text("console"),
                            workspace_.store.parent_path() / "accelerator");
  }

  static fs::path first_there(const std::vector<Located<std::string>>& places) {
    for (const auto& place : places) {
      if (fs::exists(*place)) return *place;
    }
    throw Failure(Diagnostic{Kind::no_tool, places.empty() ? Location{} : places.front().where,
                             "there is no UEFI firmware for QEMU", "apt-get install ovmf"});
  }

  void add_firmware(Argv& argv) const {
    if (asked_.firmware == "bios") return;
    const auto code = first_there(qemu_.list("uefi-code"));
    const auto variables = workspace_.out / "run" / "uefi-variables.fd";  // the guest writes to its copy
    if (!asked_.dry_run) copy_file_whole(first_there(qemu_.list("uefi-variables")), variables);
    add(argv, {"-drive", fmt::format("if=pflash,unit=0,format=raw,readonly=on,file={}", code.string())});
    add(argv, {"-drive", fmt::format("if=pflash,unit=1,format=raw,file={}", variables.string())});
  }

  void add_medium(Argv& argv) const {
    if (asked_.format == "kernel") {
      add(argv, {"-kernel", built(".bzImage").string(), "-append",
                 fmt::format("console={} {}", *qemu_.text("console"), asked_.append)});
      return;
    }
    if (!asked_.append.empty())
      throw Failure(Diagnostic{Kind::usage,
                               {},
                               "--append works with --format kernel only",
                               "an image's own command line stands in its recipe: `cmdline:`"});
    if (asked_.format == "iso" && asked_.medium == "cd") return add(argv, {"-cdrom", built(".iso").string()});
    const auto qemu_format = asked_.format == "iso" ? "raw" : asked_.format;
    add(argv, {"-drive", fmt::format("if=virtio,format={},snapshot=on,file={}", qemu_format,
                                     built("." + asked_.format).string())});
  }

  void add_network(Argv& argv) {
    if (asked_.network == "none") return add(argv, {"-nic", "none"});
    ssh_port = asked_.ssh_port != 0 ? asked_.ssh_port : free_port();
    add(argv, {"-nic", fmt::format("user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{}-:22", ssh_port)});
  }

  // The user's own public keys, handed to the guest in memory: none is in the image.
  void add_keys(Argv& argv) const {
    std::string text;
    for (const auto& path : key_files()) {
      text += read_file(path);
      if (!text.ends_with('\n')) text += '\n';
    }
    if (text.empty()) return;
    const auto file = workspace_.out / "run" / "authorized_keys";
    if (!asked_.dry_run) write_file(file, text);
    add(argv, {"-fw_cfg", fmt::format("name=opt/kjx/authorized_keys,file={}", file.string())});
  }

  [[nodiscard]] std::vector<fs::path> key_files() const {
    if (!asked_.keys.empty()) return {asked_.keys.begin(), asked_.keys.end()};
    const char* home = std::getenv("HOME");
    const fs::path folder = home == nullptr ? fs::path() : fs::path(home) / ".ssh";
    std::vector<fs::path> files;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(folder, absent)) {
      if (entry.path().extension() == ".pub") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
  }

  const RunOptions& asked_;
  const Workspace& workspace_;
  const recipe::Recipes& recipes_;
  const schema::Record& target_;
  const schema::Record& qemu_;
};

int replace_process(const Argv& argv) {
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words.front(), words.data());
  throw Failure(Diagnostic{
      Kind::no_tool, {}, fmt::format("cannot start {}", argv.front()), "`kjx doctor` says which package brings it"});
}

}  // namespace

int run(const Arguments& arguments) {
  RunOptions asked;
  CLI::App app("Boots an image in QEMU, its serial console on this terminal. Ctrl-A X ends it, Ctrl-A H helps.",
               "kjx run");
  add_shared(app, asked.shared);
  app.add_option("image", asked.image, "an image (default: the distro's default)");
  app.add_option("--format", asked.format, "which of its outputs, or its bare kernel")
      ->check(CLI::IsMember({"iso", "qcow2", "raw", "vmdk", "kernel"}));
  app.add_option("--firmware", asked.firmware, "bios or uefi")->check(CLI::IsMember({"bios", "uefi"}));
  app.add_option("--medium", asked.medium, "an iso as a cd or as a disk")->check(CLI::IsMember({"cd", "disk"}));
  app.add_option("--accel", asked.accelerator, "auto, kvm or tcg")->check(CLI::IsMember({"auto", "kvm", "tcg"}));
  app.add_option("--append", asked.append, "further words for the kernel (--format kernel)");
  app.add_option("--ssh-key", asked.keys, "public keys that may log in (default: ~/.ssh/*.pub)")
      ->check(CLI::ExistingFile);
  app.add_option("--ssh-port", asked.ssh_port, "loopback port that leads to the guest's ssh (default: a free one)");
  app.add_option("--network", asked.network, "user (outgoing, and ssh), or none")
      ->check(CLI::IsMember({"user", "none"}));
  app.add_option("--memory", asked.memory, "MiB");
  app.add_option("--cpus", asked.cpus, "processors");
  app.add_flag("--dry-run", asked.dry_run, "only print the command");
  parse(app, arguments);

  const auto workspace = find_workspace(asked.shared);
  auto options = workspace.plan_options();
  options.make_key = false;
  RealDisk disk;
  const auto plan = plan::make(disk, options);
  if (!asked.image.empty() && !plan.recipes.images.contains(asked.image)) {
    std::vector<std::string> names;
    for (const auto& [name, image] : plan.recipes.images) names.push_back(name);
    throw Failure(Diagnostic{
        Kind::unknown_name, {}, fmt::format("there is no image '{}'", asked.image), did_you_mean(asked.image, names)});
  }
  Boot boot(asked, workspace, plan.recipes);
  const auto argv = boot.command();
  if (asked.dry_run) {
    std::cout << quoted(argv) << '\n';
    return exit_ok;
  }
  if (boot.ssh_port != 0) std::cerr << fmt::format("ssh -p {} root@127.0.0.1\n", boot.ssh_port);
  std::cerr << "Ctrl-A X ends QEMU\n";
  return replace_process(argv);
}

}  // namespace kjx::command
