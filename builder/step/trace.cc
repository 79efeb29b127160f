#include "step/trace.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

// System calls that look for a path, and which argument it is.
struct Lookup {
  std::uint64_t number;
  std::size_t argument;
};
constexpr Lookup lookups[] = {
#if defined(SYS_open)  // newer machines have only the calls below
    {SYS_open, 0},       {SYS_stat, 0},       {SYS_lstat, 0},  {SYS_access, 0},    {SYS_readlink, 0},
#endif
    {SYS_openat, 1},     {SYS_openat2, 1},    {SYS_statx, 1},  {SYS_faccessat, 1}, {SYS_faccessat2, 1},
    {SYS_newfstatat, 1}, {SYS_readlinkat, 1}, {SYS_execve, 0}, {SYS_execveat, 1},  {SYS_chdir, 0},
};

// ptrace(2) is one function of many signatures; addresses and numbers are one size.
long ask(__ptrace_request request, pid_t process, std::uintptr_t address, std::uintptr_t data) {
  return ::ptrace(request, process, address, data);
}

constexpr std::size_t longest_path = 4096;

std::string text_at(pid_t process, std::uintptr_t address) {
  std::string text;
  while (text.size() < longest_path) {
    errno = 0;
    const long word = ask(PTRACE_PEEKDATA, process, address + text.size(), 0);
    if (errno != 0) return {};
    std::array<char, sizeof word> bytes{};
    std::memcpy(bytes.data(), &word, sizeof word);
    const auto end = std::find(bytes.begin(), bytes.end(), '\0');
    text.append(bytes.begin(), end);
    if (end != bytes.end()) return text;
  }
  return {};
}

class Follower {
 public:
  Follower(pid_t program, int execs, const fs::path& trace)
      : program_(program), execs_(execs), trace_(trace, std::ios::app) {}

  int run() {
    constexpr std::uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                                       PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    while (true) {
      int status = 0;
      const pid_t process = ::waitpid(-1, &status, __WALL);
      if (process < 0 && errno == EINTR) continue;
      if (process < 0) return 0;
      if (!WIFSTOPPED(status)) {
        if (process == program_) return status;
        processes_.erase(process);
        continue;
      }
      Process& state = processes_[process];
      if (!state.seen && process == program_) {
        // It is followed from here; its children from their birth, with the same options.
        ask(PTRACE_SETOPTIONS, process, 0, options);
        state.announced = true;
      }
      const int signal = on_stop(process, WSTOPSIG(status), status >> 16);
      if (state.announced) go_on(process, signal);
    }
  }

 private:
  struct Process {
    bool seen = false;       // it stopped for the first time
    bool announced = false;  // its parent told of it: until then nobody knows how many execs led to it, and it waits
    int execs = 0;
    std::optional<std::uintptr_t> path;  // of the system call that it is in
  };

  static void go_on(pid_t process, int signal) { ask(PTRACE_SYSCALL, process, 0, static_cast<std::uintptr_t>(signal)); }

  // The signal that the process is to get.
  int on_stop(pid_t process, int signal, int event) {
    Process& state = processes_[process];
    const bool born = !state.seen;
    state.seen = true;
    if (signal == (SIGTRAP | 0x80)) {
      on_system_call(process, state);
    } else if (event == PTRACE_EVENT_EXEC) {
      ++state.execs;
    } else if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
      unsigned long child = 0;
      ask(PTRACE_GETEVENTMSG, process, 0, reinterpret_cast<std::uintptr_t>(&child));
      Process& born_one = processes_[static_cast<pid_t>(child)];
      born_one.execs = state.execs;
      born_one.announced = true;
      if (born_one.seen) go_on(static_cast<pid_t>(child), 0);
    } else if (signal != SIGTRAP && !(born && signal == SIGSTOP)) {
      return signal;
    }
    return 0;
  }

  void on_system_call(pid_t process, Process& state) {
    if (state.execs < execs_) return;
    __ptrace_syscall_info info{};
    if (ask(PTRACE_GET_SYSCALL_INFO, process, sizeof info, reinterpret_cast<std::uintptr_t>(&info)) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      state.path.reset();
      for (const auto& [number, argument] : lookups) {
        if (info.entry.nr == number) state.path = info.entry.args[argument];
      }
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && state.path && info.exit.rval == -ENOENT) {
      const std::string path = text_at(process, *state.path);
      if (path.starts_with('/') && path.find('\n') == std::string::npos) trace_ << path << '\n';
    }
  }

  pid_t program_;
  int execs_;
  std::ofstream trace_;
  std::map<pid_t, Process> processes_;
};

// What is the sandbox's own; and what the C library and every compiler look for and do without.
constexpr std::string_view own_places[] = {"/kjx/", "/proc/", "/dev/"};
constexpr std::string_view done_without[] = {"/etc/ld.so.preload", "/etc/ld.so.cache",   "/etc/nsswitch.conf",
                                             "/etc/localtime",     "/etc/host.conf",     "/etc/gai.conf",
                                             "/etc/inputrc",       "/usr/local/include", "/usr/local/lib"};

bool tells_something(const std::string& path) {
  std::error_code error;
  return std::ranges::none_of(own_places, [&](auto place) { return path.starts_with(place); }) &&
         std::ranges::find(done_without, path) == std::end(done_without) && fs::exists(path, error);
}

}  // namespace

std::vector<std::string> undeclared_paths(const fs::path& trace) {
  std::vector<std::string> all;
  std::ifstream file(trace);
  for (std::string line; std::getline(file, line);) all.push_back(std::move(line));
  std::vector<std::string> found;
  std::set<std::string> known;
  std::ranges::reverse(all);
  for (const auto& path : all) {
    if (known.insert(path).second && tells_something(path)) found.push_back(path);
  }
  return found;
}

void ask_to_be_followed() {
  ask(PTRACE_TRACEME, 0, 0, 0);
  ::raise(SIGSTOP);
}

int follow(pid_t program, int execs, const fs::path& trace) { return Follower(program, execs, trace).run(); }

}  // namespace kjx::step
