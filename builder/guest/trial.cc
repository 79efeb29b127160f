#include "guest/trial.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "base/shell_word.h"
#include "guest/pattern.h"
#include "guest/ports.h"
#include "guest/shell.h"

namespace kjx::guest {

namespace {

constexpr double question = 30;  // seconds for what a guest answers at once
constexpr std::size_t lines_shown = 15;

// A service's process just now.
struct Process {
  std::string state;
  std::string pid;
  std::uint64_t memory = 0;
};

// Stages note times in a file; a service that is ready may hold its own in a file of its folder.
constexpr std::string_view print_times = R"(cat /run/kjx/times
for f in /run/sv/*/ready; do
    [ -f "$f" ] && read -r t <"$f" && f=${f%/ready} && echo "ready ${f##*/} $t"
done)";

// A process's VmRSS is off by up to 64 pages a thread, since the kernel counts it in batches (mm/memory.c,
// SPLIT_RSS_COUNTING): a small service often shows one page. Pss is added up from the page tables, and gives each
// process its share of busybox's; kernels without CONFIG_PROC_PAGE_MONITOR lack it.
constexpr std::string_view print_services = R"(for s in /etc/service/*; do
    state=none pid=0 size=0
    read -r state <"$s/supervise/stat"
    read -r pid <"$s/supervise/pid"
    [ -n "$pid" ] || pid=0
    for f in status smaps_rollup; do
        while read -r key value _; do case $key in VmRSS: | Pss:) size=$value ;; esac; done <"/proc/$pid/$f"
    done
    echo "${s##*/} $state $pid $size"
done 2>/dev/null)";

std::map<std::string, Process> parse_services(const std::string& text) {
  std::map<std::string, Process> services;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    Process process;
    // The state may be of several words: "run, paused".
    std::vector<std::string> rest;
    words >> name;
    for (std::string word; words >> word;) rest.push_back(word);
    if (rest.size() < 3) continue;
    process.memory = std::stoull("0" + rest.back()) * 1024;
    process.pid = rest[rest.size() - 2];
    process.state = fmt::format("{}", fmt::join(rest.begin(), rest.end() - 2, " "));
    services[name] = process;
  }
  return services;
}

std::optional<std::uint64_t> kilobytes(const std::string& text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string::npos) return std::nullopt;
  const auto digits = text.find_first_of("0123456789", at);
  std::uint64_t value = 0;
  if (digits == std::string::npos) return std::nullopt;
  std::from_chars(text.data() + digits, text.data() + text.size(), value);
  return value * 1024;
}

// Seconds within its day of "2026-01-31 12:00:00.123456789 +0000"; nothing without the part below a second.
std::optional<double> time_of_day(const std::string& text) {
  int hour = 0;
  int minute = 0;
  double second = 0;
  if (text.find('.') == std::string::npos) return std::nullopt;
  if (std::sscanf(text.c_str(), "%*d-%*d-%*d %d:%d:%lf", &hour, &minute, &second) != 3) return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

// The whole of short texts, the end of long ones.
std::string shown(const std::string& text) {
  constexpr std::size_t most = 1000;
  if (text.empty()) return "nothing";
  return text.size() <= most ? text : "..." + text.substr(text.size() - most);
}

// Ends the trial: the guest is lost.
struct Lost {
  Trouble trouble;
};

class Trial {
 public:
  Trial(Machine& machine, const Contract& contract, const Beside& beside)
      : contract_(contract), beside_(beside), watch_(machine, beside.patience), shell_(watch_) {}

  Report run() {
    try {
      bring_up("starting", "ready");
      measure();
      check_services();
      check_memory();
      for (const auto& command : contract_.commands) check_command(command);
      for (const auto& file : contract_.files) check_file(file);
      if (!contract_.ports.empty()) check_ports();
      if (!contract_.ssh.empty()) check_ssh();
      check_still_running();
      if (contract_.reboot) check_reboot();
      check_power_off();
    } catch (const Lost& lost) {
      report_.verdict = lost.trouble.verdict;
      report_.seen = lost.trouble.seen;
    }
    if (report_.verdict == Verdict::passed &&
        std::ranges::find(report_.checks, Check::State::failed, &Check::state) != report_.checks.end()) {
      report_.verdict = Verdict::failed;
    }
    if (report_.verdict == Verdict::passed) report_.during.clear();
    report_.last_lines = watch_.console().last_lines(lines_shown);
    report_.seconds = watch_.now();
    return std::move(report_);
  }

  [[nodiscard]] const std::string& console() const { return watch_.console().text(); }

 private:
  [[nodiscard]] double limit(double seconds) const { return seconds * beside_.slow; }

  void stage(std::string name) {
    report_.during = std::move(name);
    if (beside_.on_stage) beside_.on_stage(report_.during);
    begun_ = watch_.now();
  }

  void judge(const std::string& name, bool well, std::string expected, std::string seen) {
    report_.checks.push_back({name, well ? Check::State::passed : Check::State::failed, std::move(expected),
                              std::move(seen), watch_.now() - begun_});
    begun_ = watch_.now();
  }

  void skip(const std::string& name, std::string why) {
    report_.checks.push_back({name, Check::State::skipped, {}, std::move(why), 0});
  }

  Answer ask(std::string_view line, double seconds = question) {
    Answer answer;
    if (auto trouble = shell_.run(line, limit(seconds), answer)) throw Lost{*trouble};
    return answer;
  }

  Times read_times() {
    auto times = parse_times(ask(print_times).output);
    if (!times.up && not_ready(times).empty()) {
      for (const auto& service : contract_.services) times.up = std::max(times.up.value_or(0), times.ready.at(service));
    }
    return times;
  }

  [[nodiscard]] std::vector<std::string> not_ready(const Times& times) const {
    std::vector<std::string> missing;
    for (const auto& service : contract_.services) {
      if (!times.ready.contains(service)) missing.push_back(service);
    }
    return missing;
  }

  // Until everything that the contract names is up.
  void bring_up(const std::string& name, const std::string& check) {
    stage(name);
    const auto end = watch_.now() + limit(contract_.ready);
    if (auto trouble = shell_.wait(limit(contract_.ready))) throw Lost{*trouble};
    auto times = read_times();
    while (!not_ready(times).empty() && times.late.empty() && watch_.now() < end) {
      if (auto trouble = watch_.pause(0.5)) throw Lost{*trouble};
      times = read_times();
    }
    const auto missing = not_ready(times);
    const auto seconds = watch_.now() - begun_;
    std::string seen = fmt::format("up after {:.1f} s", seconds);
    if (!missing.empty()) {
      seen = fmt::format("after {:.0f} s not up: {}\n{}", seconds, fmt::join(missing, ", "), status_of(missing));
    }
    judge(check, missing.empty(),
          fmt::format("{} up within {} s", fmt::join(contract_.services, ", "), contract_.ready), std::move(seen));
    if (report_.measures.times.ready.empty()) report_.measures.times = times;
  }

  std::string status_of(const std::vector<std::string>& services) {
    std::string line;
    for (const auto& service : services) {
      line +=
          fmt::format("sv status /etc/service/{0}; [ ! -r /run/sv/{0}/state ] || echo {0} $(cat /run/sv/{0}/state); ",
                      shell_word(service));
    }
    return ask(line).output;
  }

  void measure() {
    stage("measuring");
    const auto before = watch_.now();
    const auto uptime = std::stod("0" + ask("cat /proc/uptime").output);
    report_.measures.firmware = std::max(0.0, (before + watch_.now()) / 2 - uptime);
    if (beside_.first_file.empty()) return;
    const auto changed =
        ask(fmt::format("stat -c %z {} {}", shell_word(beside_.first_file), shell_word(beside_.last_file)));
    const auto newline = changed.output.find('\n');
    if (changed.code != 0 || newline == std::string::npos) return;
    const auto first = time_of_day(changed.output.substr(0, newline));
    const auto last = time_of_day(changed.output.substr(newline + 1));
    if (first && last && *last >= *first) report_.measures.unpacking = *last - *first;
  }

  void check_services() {
    stage("services");
    services_ = parse_services(ask(print_services).output);
    for (const auto& [name, process] : services_) report_.measures.service_memory[name] = process.memory;
  }

  // One that falls over and is started again looks well at most moments: its process must be the same at the end.
  void check_still_running() {
    stage("services");
    const auto now = parse_services(ask(print_services).output);
    for (const auto& name : contract_.services) {
      const auto before = services_.find(name);
      const auto after = now.find(name);
      if (before == services_.end() || after == now.end()) {
        judge("service " + name, false, "in /etc/service", "not there");
        continue;
      }
      const bool same = before->second.pid == after->second.pid && !after->second.state.starts_with("down") &&
                        !after->second.state.starts_with("finish");
      const auto seen = after->second.state.starts_with("run")
                            ? fmt::format("it was started again while the test ran: pid {}, then {}",
                                          before->second.pid, after->second.pid)
                            : fmt::format("its state is '{}'", after->second.state);
      const bool once = before->second.state == after->second.state && before->second.pid == "0" && ready_once(name);
      judge("service " + name, same || once, "it runs, and goes on running", seen);
    }
  }

  // One that has ended on purpose (a one-shot) counts as up for the guest.
  [[nodiscard]] bool ready_once(const std::string& name) const {
    return report_.measures.times.ready.contains(name) && report_.measures.times.late.empty();
  }

  void check_memory() {
    const auto meminfo = ask("cat /proc/meminfo").output;
    const auto total = kilobytes(meminfo, "MemTotal:");
    const auto available = kilobytes(meminfo, "MemAvailable:");
    if (total && available) report_.measures.memory = *total - *available;
    if (!contract_.memory) return;
    judge("memory", report_.measures.memory && *report_.measures.memory <= *contract_.memory,
          fmt::format("at most {} KiB in use", *contract_.memory / 1024),
          report_.measures.memory ? fmt::format("{} KiB", *report_.measures.memory / 1024) : "no /proc/meminfo");
  }

  void check_command(const CommandCheck& check) {
    stage("command " + *check.run);
    const auto answer = ask(*check.run, check.within);
    std::vector<std::string> expected;
    bool well = answer.code == check.exit;
    expected.push_back(fmt::format("exit {}", check.exit));
    if (check.output) {
      auto wanted = *check.output;
      while (wanted.ends_with('\n')) wanted.pop_back();
      well = well && answer.output == wanted;
      expected.push_back(fmt::format("output '{}'", wanted));
    }
    if (check.contains) {
      well = well && answer.output.find(*check.contains) != std::string::npos;
      expected.push_back(fmt::format("output that contains '{}'", *check.contains));
    }
    if (check.matches) {
      well = well && Pattern::found(*check.matches, answer.output);
      expected.push_back(fmt::format("output that matches '{}'", *check.matches));
    }
    judge("command " + *check.run, well, fmt::format("{}", fmt::join(expected, ", ")),
          fmt::format("exit {}, output '{}'", answer.code, shown(answer.output)));
  }

  void check_file(const FileCheck& check) {
    stage("file " + check.path);
    constexpr int missing = 9;
    const auto path = shell_word(check.path);
    const bool plain = !check.mode && !check.owner;
    const auto answer = ask(fmt::format("[ -e {0} ] || [ -L {0} ] || exit {1}; {2}", path, missing,
                                        plain ? "" : fmt::format("stat -c '%a %u:%g' {}", path)));
    std::string expected = "it is there";
    if (check.mode) expected += fmt::format(", mode {:04o}", *check.mode);
    if (check.owner) expected += fmt::format(", owner {}", *check.owner);
    if (answer.code == missing) return judge("file " + check.path, false, expected, "it is not there");
    if (plain) return judge("file " + check.path, true, expected, "");
    const auto space = answer.output.find(' ');
    std::uint32_t mode = 0;
    std::from_chars(answer.output.data(), answer.output.data() + std::min(space, answer.output.size()), mode, 8);
    const auto owner = space == std::string::npos ? "" : answer.output.substr(space + 1);
    const bool well =
        answer.code == 0 && (!check.mode || *check.mode == mode) && (!check.owner || *check.owner == owner);
    judge("file " + check.path, well, expected, fmt::format("mode {:04o}, owner {}", mode, owner));
  }

  void check_ports() {
    stage("ports");
    constexpr int tries = 5;
    std::vector<Port> open;
    const auto all_open = [&] {
      return std::ranges::all_of(contract_.ports,
                                 [&](const Port& port) { return std::ranges::find(open, port) != open.end(); });
    };
    for (int i = 0; i < tries; ++i) {
      open = listening(ask(print_ports).output);
      if (all_open()) break;
      if (auto trouble = watch_.pause(1)) throw Lost{*trouble};
    }
    std::vector<std::string> names;
    for (const auto& port : open) names.push_back(port.text());
    const auto others = names.empty() ? std::string("nothing listens at all")
                                      : fmt::format("nothing listens there, only on {}", fmt::join(names, ", "));
    for (const auto& port : contract_.ports) {
      judge("port " + port.text(), std::ranges::find(open, port) != open.end(), "something listens", others);
    }
  }

  void check_ssh() {
    stage("ssh");
    if (!beside_.log_in) return skip("ssh", beside_.no_log_in);
    const auto seen = beside_.log_in(watch_, contract_.ssh, limit(question));
    judge("ssh", seen.empty(), fmt::format("{} logs in with a key", contract_.ssh), seen);
  }

  // What stage 3 says beside its usual lines is about something that did not end in time.
  [[nodiscard]] std::string unclean() const {
    const auto said = watch_.since_expected();
    if (said.find("kjx: stopping services") == std::string::npos) return {};  // it speaks elsewhere
    std::istringstream lines(said);
    bool stopped = false;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("kjx: ")) continue;
      if (line == "kjx: stopped")
        stopped = true;
      else if (line != "kjx: stopping services" && line != "kjx: unmounting")
        return line;
      if (stopped) return {};
    }
    return "stage 3 did not come to its end";
  }

  void go_down(const std::string& name, const std::string& command, double seconds, const std::function<bool()>& down,
               std::string_view waiting_for) {
    stage(name);
    watch_.expect_down();
    watch_.type(command + "\n");
    if (auto trouble = watch_.until(down, limit(seconds), waiting_for)) throw Lost{*trouble};
    const auto wrong = unclean();
    judge(command, wrong.empty(), fmt::format("services stopped and disks unmounted within {:.0f} s", seconds), wrong);
  }

  void check_reboot() {
    const auto before = watch_.resets();
    go_down(
        "rebooting", "reboot", *contract_.reboot, [&] { return watch_.resets() > before; }, "reset");
    watch_.expect_up();
    bring_up("starting again", "ready after the reboot");
  }

  void check_power_off() {
    go_down(
        "powering off", "poweroff", contract_.power_off, [&] { return watch_.powered_off(); }, "power-off");
  }

  const Contract& contract_;
  const Beside& beside_;
  Watch watch_;
  Shell shell_;
  Report report_;
  double begun_ = 0;
  std::map<std::string, Process> services_;
};

}  // namespace

Report hold(Machine& machine, const Contract& contract, const Beside& beside, std::string& console) {
  Trial trial(machine, contract, beside);
  auto report = trial.run();
  console = trial.console();
  return report;
}

}  // namespace kjx::guest
