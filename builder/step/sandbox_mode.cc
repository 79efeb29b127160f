#include "step/sandbox_mode.h"

#include <fmt/format.h>
#include <unistd.h>

#include <sstream>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "step/sandbox.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

struct ModeNames {
  SandboxMode mode;
  std::string_view option;
  std::string_view name;
  std::string_view key_word;
};

constexpr ModeNames mode_names[] = {
    {SandboxMode::bubblewrap, "require", "bubblewrap", "on"},
    {SandboxMode::chroot, "chroot", "chroot", "chroot"},
    {SandboxMode::off, "off", "off", "off"},
};

const ModeNames& names_of(SandboxMode mode) { return mode_names[static_cast<int>(mode)]; }

// What root needs of its power: to lay out a folder with files of another user and devices, to enter it, to become that
// user, and to end what he left behind. Numbers of capabilities(7).
struct Capability {
  int number;
  std::string_view name;
};
constexpr Capability needed[] = {{0, "CAP_CHOWN"},  {1, "CAP_DAC_OVERRIDE"}, {3, "CAP_FOWNER"},      {5, "CAP_KILL"},
                                 {6, "CAP_SETGID"}, {7, "CAP_SETUID"},       {18, "CAP_SYS_CHROOT"}, {27, "CAP_MKNOD"}};

std::uint64_t effective_capabilities(std::string_view status) {
  constexpr std::string_view begin = "\nCapEff:\t";
  const auto at = status.find(begin);
  if (at == std::string_view::npos) return 0;
  return std::strtoull(std::string(status.substr(at + begin.size(), 16)).c_str(), nullptr, 16);
}

// In a user namespace there may be no such user.
bool is_mapped(std::string_view uid_map, std::uint64_t user) {
  std::istringstream lines{std::string(uid_map)};
  for (std::uint64_t inside = 0, outside = 0, count = 0; lines >> inside >> outside >> count;) {
    if (inside <= user && user - inside < count) return true;
  }
  return false;
}

// Nothing from a kernel that has no such file.
std::string text_of_kernel(const char* path) {
  try {
    return read_file(path);
  } catch (const std::exception&) {
    return {};
  }
}

// Capabilities, and that system calls are filtered: what containers take away.
std::string rights_in(const std::string& status) {
  std::string rights;
  std::istringstream lines(status);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Cap") || line.starts_with("Seccomp") || line.starts_with("NoNewPrivs")) rights += line + "\n";
  }
  return rights;
}

}  // namespace

std::string_view option_of(SandboxMode mode) { return names_of(mode).option; }
std::string_view name_of(SandboxMode mode) { return names_of(mode).name; }
std::string_view key_word(SandboxMode mode) { return names_of(mode).key_word; }

std::optional<SandboxMode> parse_sandbox_mode(std::string_view option) {
  for (const auto& each : mode_names) {
    if (each.option == option) return each.mode;
  }
  return std::nullopt;
}

std::string circumstances(const fs::path& bwrap) {
  std::error_code unknown;
  std::string all =
      fmt::format("{} {}\n", bwrap.string(), fs::last_write_time(bwrap, unknown).time_since_epoch().count());
  for (const auto* space : {"user", "mnt", "pid", "net"})
    all += fs::read_symlink(fmt::format("/proc/self/ns/{}", space), unknown).string() + "\n";
  for (const auto* file :
       {"/proc/sys/kernel/random/boot_id", "/proc/self/attr/current", "/proc/sys/user/max_user_namespaces",
        "/proc/sys/kernel/unprivileged_userns_clone", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"})
    all += text_of_kernel(file) + "\n";
  return all + rights_in(text_of_kernel("/proc/self/status"));
}

SandboxChoice choose_sandbox(const fs::path& memory) {
  // An ordinary user has no choice, so nothing needs to be tried.
  if (chroot_problem()) return {};
  const auto bwrap = find_program("bwrap");
  // A program that is only missing is to be installed.
  if (!bwrap) return {};
  const auto now = circumstances(*bwrap);
  if (fs::exists(memory) && read_file(memory) == now) return {};
  const auto problem = try_sandbox(bwrap);
  if (problem) return {SandboxMode::chroot, problem->message};
  if (fs::is_directory(memory.parent_path())) write_file(memory, now);
  return {};
}

std::optional<Diagnostic> try_sandbox(const std::optional<fs::path>& bwrap) {
  if (!bwrap) {
    return Diagnostic{Kind::no_tool,
                      {},
                      "the program 'bwrap' is missing; every action runs in its sandbox",
                      "install the Debian package 'bubblewrap', or build with --sandbox=off"};
  }
  Command command;
  command.argv = probe_of(*bwrap);
  const Captured captured = capture(command);
  if (captured.exit.ok()) return std::nullopt;
  std::string said = captured.output.substr(0, captured.output.find('\n'));
  if (said.empty()) said = fmt::format("exit code {}", captured.exit.code);
  return Diagnostic{Kind::no_sandbox,
                    {},
                    fmt::format("no sandbox can be made on this machine ({})", said),
                    "bubblewrap needs user namespaces: allow them (kernel.unprivileged_userns_clone=1, or "
                    "kernel.apparmor_restrict_unprivileged_userns=0; in a container, a profile without these limits),\n"
                    "or build as root: --sandbox=auto then takes a chroot,\n"
                    "or build with --sandbox=off: results are then kept apart and depend on the host"};
}

void require_sandbox() {
  static const std::optional<Diagnostic> problem = try_sandbox(find_program("bwrap"));
  if (problem) throw Failure(*problem);
}

std::optional<std::string> chroot_problem(unsigned user, std::string_view status, std::string_view uid_map) {
  if (user != 0) return "only root can make a chroot";
  std::string missing;
  const std::uint64_t held = effective_capabilities(status);
  for (const auto& [number, name] : needed) {
    if ((held >> number & 1) == 0) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
  }
  if (!missing.empty()) return fmt::format("this root lacks {}", missing);
  if (!is_mapped(uid_map, account_number)) return fmt::format("there is no user {} here", account_number);
  return std::nullopt;
}

std::optional<std::string> chroot_problem() {
  return chroot_problem(::geteuid(), read_file("/proc/self/status"), read_file("/proc/self/uid_map"));
}

}  // namespace kjx::step
