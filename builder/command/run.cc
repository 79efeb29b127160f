#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "base/file.h"
#include "base/process.h"
#include "command/building.h"
#include "command/command.h"
#include "command/exec.h"
#include "command/machine.h"
#include "command/session.h"
#include "command/workspace.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

struct RunOptions {
  Shared shared;
  std::string image;
  std::string format;
  std::string firmware;
  std::string medium;
  std::string network = "user";
  std::vector<std::string> keys;
  std::string share;
  bool ssh = false;
  bool gdb = false;
  bool snapshot = false;
  bool dry_run = false;
  bool no_build = false;
  MachineSettings machine;
};

std::string names_of_starts(const std::vector<Start>& starts) {
  std::vector<std::string> names;
  names.reserve(starts.size());
  for (const auto& start : starts) names.push_back(start.name());
  return fmt::format("it boots as: {}", fmt::join(names, ", "));
}

// The first way to boot the image that is as asked for; what was not asked for may be anything.
Start choose(const std::vector<Start>& starts, const RunOptions& asked, const recipe::Recipe& image) {
  if (starts.empty()) throw cannot_boot(image);
  const auto fits = [](const std::string& wanted, std::string_view is) { return wanted.empty() || wanted == is; };
  for (const auto& start : starts) {
    if (!fits(asked.format, start.format) || !fits(asked.medium, start.boot.way)) continue;
    // What QEMU itself starts stands for a BIOS, which it leaves out.
    const bool without = start.firmware == image::no_firmware && asked.firmware == "bios";
    if (without || fits(asked.firmware, start.firmware)) return start;
  }
  const auto wanted = asked.format + " " + asked.medium + " " + asked.firmware;
  std::string words;
  for (const char byte : wanted) {
    if (byte != ' ' || (!words.empty() && words.back() != ' ')) words += byte;
  }
  while (words.ends_with(' ')) words.pop_back();
  throw Failure(Diagnostic{
      Kind::usage, {}, fmt::format("image '{}' does not boot as '{}'", image.name, words), names_of_starts(starts)});
}

std::vector<fs::path> key_files(const std::vector<std::string>& asked) {
  if (!asked.empty()) return {asked.begin(), asked.end()};
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

// The user's own public keys, and that of `kjx ssh`.
std::string keys_text(const std::vector<std::string>& asked, const OwnKey& own) {
  std::string text = own.public_text;
  for (const auto& path : key_files(asked)) {
    text += read_file(path);
    if (!text.ends_with('\n')) text += '\n';
  }
  return text;
}

void add_share(Words& words, const std::string& folder) {
  if (folder.empty()) return;
  const auto path = image::option_path(fs::canonical(folder));
  words.insert(words.end(), {"-virtfs", fmt::format("local,path={},mount_tag=share,security_model=none", path)});
  std::cerr << fmt::format("in the guest: mount -t 9p -o trans=virtio share /mnt    ({})\n", folder);
}

void add_debugger(Words& words, bool asked) {
  if (!asked) return;
  const auto port = free_port();
  words.insert(words.end(), {"-gdb", fmt::format("tcp:127.0.0.1:{}", port), "-S"});
  std::cerr << fmt::format("the machine waits: gdb -ex 'target remote 127.0.0.1:{}' -ex continue\n", port);
}

void add_options(CLI::App& app, RunOptions& asked) {
  add_shared(app, asked.shared);
  app.add_option("image", asked.image, "an image (default: the distro's default)");
  app.add_option("--format", asked.format,
                 "which of its outputs, or `kernel`: the bare one (default: the first that boots)");
  app.add_option("--firmware", asked.firmware, "bios or uefi (default: the first that fits)")
      ->check(CLI::IsMember({"bios", "uefi"}));
  app.add_option("--medium", asked.medium, "an output as what: cd, disk ... (default: the first it can be)");
  app.add_option("--accel", asked.machine.accelerator, "auto, kvm or tcg")
      ->check(CLI::IsMember({"auto", "kvm", "tcg"}));
  app.add_option("--append", asked.machine.append,
                 "further words for a kernel that QEMU itself starts (--format kernel)");
  app.add_option("--initrd", asked.machine.initrd, "a cpio archive that such a kernel unpacks over its root")
      ->check(CLI::ExistingFile);
  app.add_flag("--ssh", asked.ssh, "insist on a way in over ssh: a free port of the loopback interface");
  app.add_option("--ssh-key", asked.keys, "public keys that may log in (default: ~/.ssh/*.pub)")
      ->check(CLI::ExistingFile);
  app.add_option("--ssh-port", asked.machine.ssh_port,
                 "loopback port that leads to the guest's ssh (default: a free one)");
  app.add_option("--network", asked.network, "user (outgoing, and ssh), or none")
      ->check(CLI::IsMember({"user", "none"}));
  app.add_option("--share", asked.share, "a folder of this machine, for the guest to mount (9p)")
      ->check(CLI::ExistingDirectory);
  app.add_option("--memory", asked.machine.memory, "MiB")->check(CLI::Range(16, 1 << 20));
  app.add_option("--cpus", asked.machine.cpus, "processors")->check(CLI::Range(1, 1024));
  app.add_flag("--snapshot", asked.snapshot, "forget what the guest writes to its disk (default: kept in out/run/)");
  app.add_flag("--gdb", asked.gdb, "wait for a debugger");
  add_no_build(app, asked.no_build);
  app.add_flag("--dry-run", asked.dry_run, "only print the command");
}

void check_options(const RunOptions& asked) {
  if (!asked.ssh || asked.network == "user") return;
  throw Failure(
      Diagnostic{Kind::usage, {}, "--ssh needs a network, and --network none takes it away", "leave one out"});
}

}  // namespace

int run(const Arguments& arguments) {
  RunOptions asked;
  CLI::App app("Boots an image in QEMU, its serial console on this terminal. Ctrl-A X ends it, Ctrl-A H helps.",
               "kjx run");
  add_options(app, asked);
  parse(app, arguments);
  check_options(asked);

  const auto workspace = find_workspace(asked.shared);
  const auto plan = plan_of(workspace);
  const auto& image = image_asked(plan.recipes, asked.image);
  const auto start = choose(starts_of(workspace, plan.recipes, image), asked, image);
  if (!asked.no_build && !asked.dry_run) {
    const int code = build_beforehand(asked.shared, workspace, {start.file.lexically_relative(workspace.out).string()});
    if (code != exit_ok) return code;
  }
  const Machines machines(workspace, plan.recipes, image);
  machines.require_built(start);

  auto& settings = asked.machine;
  settings.scratch = workspace.out / "run";
  settings.dry = asked.dry_run;
  settings.snapshot = asked.snapshot;
  settings.network = asked.network == "user";
  if (settings.network && settings.ssh_port == 0) settings.ssh_port = free_port();
  const auto key = asked.dry_run ? OwnKey{} : own_key(settings.scratch);
  settings.authorized_keys = keys_text(asked.keys, key);
  auto words = machines.words(start, settings);
  words.insert(words.end(), {"-serial", "mon:stdio"});
  add_share(words, asked.share);
  add_debugger(words, asked.gdb);
  if (asked.dry_run) {
    std::cout << quoted(words) << '\n';
    return exit_ok;
  }
  if (settings.network) {
    note_session(settings.scratch, image.name, {getpid(), settings.ssh_port});
    std::cerr << fmt::format("ssh -p {} root@127.0.0.1    (or: kjx ssh {})\n", settings.ssh_port, image.name);
  }
  std::cerr << "Ctrl-A X ends QEMU\n";
  become(words);
}

}  // namespace kjx::command
