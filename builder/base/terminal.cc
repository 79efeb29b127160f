#include "base/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/descriptor.h"
#include "base/error.h"

namespace kjx {

namespace {

constexpr std::size_t most_waiting = std::size_t{64} * 1024;  // bytes typed that the program has not read

// The caller's terminal, which hands on every key as it is for as long as this lives.
class Raw {
 public:
  Raw() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) throw IoError("look at", "the terminal", errno);
    termios raw = before_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  }
  ~Raw() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  [[nodiscard]] const termios& before() const { return before_; }

 private:
  termios before_{};
};

// Signals that come as things to be read, for as long as this lives.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    ::sigemptyset(&held);
    for (const int number : {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCHLD}) ::sigaddset(&held, number);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
    file_ = Descriptor(::signalfd(-1, &held, SFD_CLOEXEC));
    if (!file_) throw IoError("wait for", "signals", errno);
  }
  ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  [[nodiscard]] int descriptor() const { return file_.get(); }
  [[nodiscard]] int next() const {
    signalfd_siginfo signal{};
    return ::read(file_.get(), &signal, sizeof signal) == sizeof signal ? static_cast<int>(signal.ssi_signo) : 0;
  }

 private:
  sigset_t before_{};
  Descriptor file_;
};

Descriptor open_master() {
  Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0)
    throw IoError("make", "a terminal", errno);
  return master;
}

std::filesystem::path device_of(int master) {
  std::array<char, 64> name{};
  if (const int error = ::ptsname_r(master, name.data(), name.size()); error != 0)
    throw IoError("make", "a terminal", error);
  return name.data();
}

void follow_size(int master) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) ::ioctl(master, TIOCSWINSZ, &size);
}

void show(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return;  // nobody looks any more; the program will hear of it by its signal
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

// Passes bytes both ways until nobody has the program's terminal open, or the program ended.
class Relay {
 public:
  Relay(int master, Child& child, const HeldSignals& signals) : master_(master), child_(child), signals_(signals) {}

  void run() {
    while (!done_) {
      std::array<pollfd, 3> wait{
          {{master_, static_cast<short>(POLLIN | (typed_.empty() ? 0 : POLLOUT)), 0},
           {STDIN_FILENO, static_cast<short>(input_open_ && typed_.size() < most_waiting ? POLLIN : 0), 0},
           {signals_.descriptor(), POLLIN, 0}}};
      if (!input_open_) wait[1].fd = -1;
      if (::poll(wait.data(), wait.size(), -1) < 0) {
        if (errno == EINTR) continue;
        throw IoError("wait for", "the terminal", errno);
      }
      if ((wait[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) take_output();
      if ((wait[0].revents & POLLOUT) != 0) pass_typed();
      if ((wait[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) take_typed();
      if ((wait[2].revents & POLLIN) != 0) take_signal();
    }
  }

 private:
  void take_output() {
    std::array<char, std::size_t{16} * 1024> buffer;
    const ssize_t got = ::read(master_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) {
      done_ = true;  // EIO: the last one closed it
    } else {
      show({buffer.data(), static_cast<std::size_t>(got)});
    }
  }

  void pass_typed() {
    const ssize_t put = ::write(master_, typed_.data(), typed_.size());
    if (put > 0) typed_.erase(0, static_cast<std::size_t>(put));
  }

  void take_typed() {
    std::array<char, 4096> buffer;
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got > 0) {
      typed_.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      input_open_ = false;  // the caller's terminal is gone
      child_.signal(SIGHUP);
    }
  }

  void take_signal() {
    const int number = signals_.next();
    if (number == SIGWINCH) {
      follow_size(master_);
    } else if (number != SIGCHLD) {
      child_.signal(number);
    } else if (child_.ended()) {
      drain();
      done_ = true;
    }
  }

  // What it said last; something it left behind may hold the terminal open.
  void drain() {
    pollfd wait{master_, POLLIN, 0};
    while (!done_ && ::poll(&wait, 1, 0) > 0 && (wait.revents & POLLIN) != 0) take_output();
  }

  int master_;
  Child& child_;
  const HeldSignals& signals_;
  std::string typed_;
  bool input_open_ = true;
  bool done_ = false;
};

}  // namespace

bool at_terminal() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

std::filesystem::path terminal_description(const std::string& kind) {
  if (kind.empty() || kind.find('/') != std::string::npos) return {};
  std::vector<std::filesystem::path> folders;
  if (const char* own = std::getenv("TERMINFO"); own != nullptr && *own != '\0') folders.emplace_back(own);
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    folders.push_back(std::filesystem::path(home) / ".terminfo");
  for (const char* folder : {"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"}) folders.emplace_back(folder);
  for (const auto& folder : folders) {
    const auto file = folder / kind.substr(0, 1) / kind;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) return file;
  }
  return {};
}

Exit run_at_terminal(const Command& command) {
  const Descriptor master = open_master();
  const HeldSignals signals;
  const Raw raw;
  const std::filesystem::path device = device_of(master.get());
  Descriptor held(::open(device.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  ::tcsetattr(held.get(), TCSANOW, &raw.before());
  follow_size(master.get());
  Command inside = command;
  inside.terminal = device;
  Child child(inside, {});
  held.reset();  // now only the program has it open
  Relay(master.get(), child, signals).run();
  return child.wait();
}

}  // namespace kjx
