// posix_spawn rather than fork and exec: kjx has threads, and between fork and exec in a threaded program nearly
// nothing is allowed. glibc's posix_spawn shares the address space until exec and hands exec's errno back.
#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "base/descriptor.h"
#include "base/error.h"

namespace kjx {

namespace {

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void put(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  // A session's leader that opens a terminal has it as its own.
  void open_terminal(const std::filesystem::path& device) {
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, device.c_str(), O_RDWR, 0);
    put(STDIN_FILENO, STDOUT_FILENO);
    put(STDIN_FILENO, STDERR_FILENO);
  }
  void enter(const std::filesystem::path& folder) { ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()); }
  // Closes everything above stderr but `keep`, whatever kjx itself was started with.
  void keep_only(std::vector<int> keep) {
    std::sort(keep.begin(), keep.end());
    int next = STDERR_FILENO + 1;
    for (const int kept : keep) {
      for (; next < kept; ++next) ::posix_spawn_file_actions_addclose(&actions_, next);
      put(kept, kept);  // onto itself: clears close-on-exec
      next = std::max(next, kept + 1);
    }
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, next);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes(bool new_group, bool new_session) {
    ::posix_spawnattr_init(&attributes_);
    short flags = POSIX_SPAWN_SETSIGDEF;
    // A caller that ignores these would otherwise pass that on to every program it starts.
    sigset_t usual;
    ::sigemptyset(&usual);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigaddset(&usual, number);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    if (new_group) {
      flags |= POSIX_SPAWN_SETPGROUP;
      ::posix_spawnattr_setpgroup(&attributes_, 0);
    }
    if (new_session) {
      // Who watches a terminal holds signals back; what runs there must not.
      flags |= POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK;
      sigset_t none;
      ::sigemptyset(&none);
      ::posix_spawnattr_setsigmask(&attributes_, &none);
    }
    ::posix_spawnattr_setflags(&attributes_, flags);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// Strings as execve wants them. Points into what it was made from, and into `lines`.
struct Vector {
  std::vector<std::string> lines;
  std::vector<char*> pointers;

  explicit Vector(std::vector<std::string> strings) : lines(std::move(strings)) {
    for (std::string& line : lines) pointers.push_back(line.data());
    pointers.push_back(nullptr);
  }
};

std::vector<std::string> settings(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> lines;
  lines.reserve(environment.size());
  for (const auto& [name, value] : environment) lines.push_back(fmt::format("{}={}", name, value));
  return lines;
}

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw IoError("write", "a program's input", errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

// Input goes through a file in memory instead of a pipe: it can be of any size without a second loop, and a program
// that does not read it costs no SIGPIPE.
Descriptor input_of(const Command& command) {
  if (command.inherit_input) return {};
  if (command.input.empty()) return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Descriptor memory(::memfd_create("input", MFD_CLOEXEC));
  if (!memory) throw IoError("make", "a program's input", errno);
  write_all(memory.get(), command.input);
  ::lseek(memory.get(), 0, SEEK_SET);
  return memory;
}

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw IoError("make", "a pipe", errno);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Nothing: it still runs (WNOHANG).
std::optional<Exit> wait_for(pid_t child, int options) {
  int status = 0;
  rusage used{};
  pid_t ended = 0;
  while ((ended = ::wait4(child, &status, options, &used)) < 0) {
    if (errno != EINTR) throw IoError("wait for", "a program", errno);
  }
  if (ended == 0) return std::nullopt;
  Exit exit;
  exit.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  exit.code = WIFSIGNALED(status) ? 128 + exit.signal : WEXITSTATUS(status);
  exit.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  return exit;
}

Exit wait_for(pid_t child) { return *wait_for(child, 0); }

constexpr int milliseconds_between_looks = 200;

// Calls `watch` in time, however much there is to read.
class Watch {
 public:
  Watch(const std::function<void(int)>& watch, pid_t child) : watch_(watch), child_(child) {}

  // Waits until there is something to read from `descriptor`, or its other end is gone.
  void until_ready(int descriptor) {
    if (!watch_) return;
    pollfd poll{descriptor, POLLIN, 0};
    while (true) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next_ - Clock::now()).count();
      const int ready = left <= 0 ? 0 : ::poll(&poll, 1, static_cast<int>(left));
      if (ready > 0) return;  // otherwise it is time, or a signal came, which `watch` may be waiting for
      watch_(child_);
      next_ = Clock::now() + between;
      if (::poll(&poll, 1, 0) > 0) return;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds between{milliseconds_between_looks};
  const std::function<void(int)>& watch_;
  pid_t child_;
  Clock::time_point next_ = Clock::now() + between;
};

// Reads until every writer is gone.
void pass_on(int pipe, const std::function<void(std::string_view)>& on_output, Watch& watch) {
  std::array<char, std::size_t{64} * 1024> buffer;
  while (true) {
    watch.until_ready(pipe);
    const ssize_t got = ::read(pipe, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("read", "a program's output", errno);
    if (got == 0) return;
    on_output({buffer.data(), static_cast<std::size_t>(got)});
  }
}

pid_t spawn(const Command& command, const FileActions& actions) {
  if (command.argv.empty()) throw IoError("run", "", "no program given");
  const Attributes attributes(command.new_group, !command.terminal.empty());
  Vector arguments(command.argv);
  Vector environment(command.environment ? settings(*command.environment) : std::vector<std::string>{});
  char** const variables = command.environment ? environment.pointers.data() : environ;
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, command.argv[0].c_str(), actions.get(), attributes.get(),
                                   arguments.pointers.data(), variables);
  if (error == 0) return child;
  std::error_code ignored;
  if (!command.directory.empty() && !std::filesystem::is_directory(command.directory, ignored)) {
    throw IoError("enter", command.directory, error);
  }
  throw IoError("run", command.argv[0], error);
}

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Exit run(const Command& command) {
  FileActions actions;
  const Descriptor input = input_of(command);
  if (input) actions.put(input.get(), STDIN_FILENO);
  Pipe output;
  if (command.on_output) {
    output = make_pipe();
    actions.put(output.write.get(), STDOUT_FILENO);
    if (!command.errors_apart) actions.put(output.write.get(), STDERR_FILENO);
  }
  actions.keep_only(command.keep);
  if (!command.directory.empty()) actions.enter(command.directory);

  const pid_t child = spawn(command, actions);
  output.write.reset();
  Watch watch(command.watch, child);
  try {
    if (command.on_output) pass_on(output.read.get(), command.on_output, watch);
    // It may have closed its output and go on. (By number: glibc 2.36 declares the function for C only.) A kernel
    // without descriptors for processes: it is not watched then.
    const Descriptor ended(command.watch ? static_cast<int>(::syscall(SYS_pidfd_open, child, 0)) : -1);
    if (ended) watch.until_ready(ended.get());
  } catch (...) {
    ::kill(command.new_group ? -child : child, SIGKILL);
    wait_for(child);
    throw;
  }
  return wait_for(child);
}

Child::Child(const Command& command, const Streams& streams) {
  FileActions actions;
  if (!command.terminal.empty()) actions.open_terminal(command.terminal);
  if (streams.input >= 0) actions.put(streams.input, STDIN_FILENO);
  if (streams.output >= 0) actions.put(streams.output, STDOUT_FILENO);
  if (streams.errors >= 0) actions.put(streams.errors, STDERR_FILENO);
  actions.keep_only(command.keep);
  if (!command.directory.empty()) actions.enter(command.directory);
  pid_ = spawn(command, actions);
}

Child::~Child() {
  if (exit_) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<Exit> Child::ended() {
  if (!exit_) exit_ = wait_for(pid_, WNOHANG);
  return exit_;
}

Exit Child::wait() {
  if (!exit_) exit_ = wait_for(pid_);
  return *exit_;
}

void Child::signal(int number) {
  if (!ended()) ::kill(pid_, number);
}

Captured capture(Command command) {
  Captured captured;
  command.on_output = [&](std::string_view piece) { captured.output += piece; };
  captured.exit = run(command);
  return captured;
}

std::optional<std::filesystem::path> find_program(std::string_view name) {
  if (name.find('/') != std::string_view::npos) {
    const std::filesystem::path path(name);
    return is_program(path) ? std::optional(path) : std::nullopt;
  }
  const char* const variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (!name.empty()) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    const std::filesystem::path path = std::filesystem::path(folder.empty() ? "." : folder) / name;
    if (is_program(path)) return path;
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  return std::nullopt;
}

}  // namespace kjx
