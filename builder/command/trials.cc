#include "command/trials.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "guest/qemu.h"
#include "guest/trial.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

std::string file_name(const std::string& text) {
  std::string name = text;
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// While ssh runs, the guest's console has to be listened to.
std::string log_in(guest::Watch& watch, int port, const fs::path& key, const std::string& user, double seconds,
                   const fs::path& said) {
  kjx::Command command;
  command.argv = ssh_words(port, key, user);
  command.argv.insert(command.argv.begin() + 1,
                      {"-n", "-o", "BatchMode=yes", "-o", fmt::format("ConnectTimeout={:.0f}", seconds)});
  command.argv.emplace_back("echo logged-in");
  const Descriptor output(::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!output) throw IoError("write", said, errno);
  Child ssh(command, {-1, output.get(), output.get()});
  const auto end = watch.now() + seconds;
  while (!ssh.ended()) {
    if (watch.now() > end) return fmt::format("no answer within {:.0f} s", seconds);
    if (const auto trouble = watch.pause(0.05))
      return fmt::format("{}: {}", guest::name_of(trouble->verdict), trouble->seen);
  }
  const auto text = trimmed(read_file(said));
  if (ssh.wait().ok() && text.ends_with("logged-in")) return {};
  return fmt::format("ssh ended with {}: {}", ssh.wait().code, text);
}

guest::Beside beside_of(const Trial& trial, const TrialSettings& settings, int port, const fs::path& scratch) {
  guest::Beside beside;
  beside.slow = settings.slow;
  beside.first_file = trial.sizes.first_file;
  beside.last_file = trial.sizes.last_file;
  beside.no_log_in = "there is no ssh client here";
  if (!settings.key.file.empty() && find_program("ssh")) {
    beside.log_in = [port, scratch, key = settings.key.file](guest::Watch& watch, const std::string& user,
                                                             double seconds) {
      return log_in(watch, port, key, user, seconds, scratch / "ssh");
    };
  }
  return beside;
}

}  // namespace

guest::Report run_trial(const Workspace& workspace, const recipe::Recipes& recipes, const Trial& trial,
                        const TrialSettings& settings, const std::function<void(const std::string&)>& on_stage) {
  guest::Report report{.image = trial.image->name, .boot = trial.start.name()};
  if (!trial.skipped.empty()) {
    report.verdict = guest::Verdict::skipped;
    report.seen = trial.skipped;
    return report;
  }
  const auto base = settings.folder / trial.image->name / file_name(trial.start.name());
  const fs::path scratch = base.string() + ".scratch";
  fs::create_directories(scratch);
  const Machines machines(workspace, recipes, *trial.image);
  MachineSettings machine{.scratch = scratch,
                          .memory = settings.memory,
                          .cpus = settings.cpus,
                          .append = trial.start.boot.takes_cmdline ? settings.append : "",
                          .initrd = trial.start.boot.takes_cmdline ? settings.initrd : "",
                          .ssh_port = free_port(),
                          .authorized_keys = settings.key.public_text};
  auto words = machines.words(trial.start, machine);
  words.insert(words.end(), {"-fw_cfg", fmt::format("name=opt/kjx/shell,string={}", machines.shell_line())});
  std::string console;
  {
    guest::Qemu qemu(words, scratch / "qemu");
    auto beside = beside_of(trial, settings, machine.ssh_port, scratch);
    beside.on_stage = on_stage;
    report = guest::hold(qemu, trial.contract, beside, console);
  }
  report.image = trial.image->name;
  report.boot = trial.start.name();
  report.log = base.string() + ".log";
  write_file(report.log, console);
  remove_tree(scratch);
  return report;
}

guest::Report check_sizes(const recipe::Recipe& image, const guest::Contract& contract, const Sizes& sizes) {
  guest::Report report{.image = image.name, .boot = "sizes"};
  for (const auto& [name, most] : contract.sizes) {
    guest::Check check{.name = "size of " + name, .expected = fmt::format("at most {} bytes", most)};
    const auto found = sizes.whole.find(name);
    if (found == sizes.whole.end()) {
      check.state = guest::Check::State::skipped;
      check.seen = "it is not built";
    } else {
      check.seen = fmt::format("{} bytes", found->second);
      if (found->second > most) {
        check.state = guest::Check::State::failed;
        check.seen += fmt::format(", {} too many", found->second - most);
        report.verdict = guest::Verdict::failed;
      }
    }
    report.checks.push_back(std::move(check));
  }
  return report;
}

}  // namespace kjx::command
