#include "step/inside.h"

#include <fmt/format.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>

#include "step/process_tree.h"
#include "step/sandbox.h"
#include "step/trace.h"

namespace kjx::step {

namespace {

constexpr int not_started = 127;

[[noreturn]] void give_up(const std::string& what) {
  const std::string line = fmt::format("kjx inside: {}: {}\n", what, std::strerror(errno));
  static_cast<void>(::write(STDERR_FILENO, line.data(), line.size()));
  ::_exit(not_started);
}

struct Namespaces {
  bool processes = false;
  bool mounts = false;
  bool network = false;
};

// Programs talk to themselves over the loopback device, which a new namespace has switched off.
void switch_on_loopback() {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  ::ioctl(any, SIOCSIFFLAGS, &request);
  ::close(any);
}

Namespaces take_namespaces() {
  Namespaces taken;
  ::unshare(CLONE_NEWIPC);
  if (::unshare(CLONE_NEWUTS) == 0) ::sethostname(host_name.data(), host_name.size());
  taken.network = ::unshare(CLONE_NEWNET) == 0;
  if (taken.network) switch_on_loopback();
  taken.mounts = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  taken.processes = ::unshare(CLONE_NEWPID) == 0;
  return taken;
}

#if defined(__x86_64__)
constexpr std::uint32_t this_machine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t this_machine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t this_machine = 0;
#endif

// socket(2) of a family other than AF_UNIX: EAFNOSUPPORT, as on a kernel without it. System calls of another machine's
// numbering (32-bit programs) pass: this is against what happens by mistake.
void refuse_network() {
  constexpr auto field = [](std::size_t offset) { return static_cast<std::uint32_t>(offset); };
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(offsetof(seccomp_data, arch))),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, this_machine, 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field(offsetof(seccomp_data, nr))),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
               field(offsetof(seccomp_data, args))),  // its low half, on a little-endian machine
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(rules)), rules};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) give_up("cannot shut out the network");
}

// Leaving root for another user clears every capability that counts, and new privileges stay out of reach.
void become_account() {
  if (::setgroups(0, nullptr) != 0) give_up("cannot leave root's groups");
  if (::setgid(account_number) != 0 || ::setuid(account_number) != 0) give_up("cannot become the sandbox's user");
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up("cannot give up privileges");
}

// Keys such as Ctrl-C then reach the program alone, not those who wait for it.
void come_to_the_foreground() {
  ::signal(SIGTTOU, SIG_IGN);
  ::setpgid(0, 0);
  ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  ::signal(SIGTTOU, SIG_DFL);
}

void enter_root(const Inside& inside, const Namespaces& taken) {
  if (inside.terminal) {
    come_to_the_foreground();
  } else {
    ::setsid();
  }
  if (::chroot(inside.root.c_str()) != 0) give_up("cannot enter the root");
  if (::chdir(inside.directory.c_str()) != 0) give_up(fmt::format("cannot enter {}", inside.directory));
  become_account();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!taken.network) refuse_network();
}

[[noreturn]] void become_program(const Inside& inside, const Namespaces& taken) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (!inside.root.empty()) enter_root(inside, taken);
  if (!inside.trace.empty()) ask_to_be_followed();
  std::vector<char*> argv;
  for (const auto& word : inside.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv.front(), argv.data());
  give_up(inside.argv.front());
}

int code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

// Waits for `child` and, on the way, for every orphan that came here.
int wait_for(pid_t child) {
  while (true) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == child) return code_of(status);
    if (ended < 0 && errno != EINTR) give_up("lost the program");
  }
}

// The first process of its namespace, if there is one: as in bubblewrap the program itself is the second.
[[noreturn]] void be_first(const Inside& inside, const Namespaces& taken) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (taken.processes && taken.mounts)
    ::mount("proc", (inside.root / "proc").c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  const pid_t program = ::fork();
  if (program < 0) give_up("cannot start a process");
  if (program == 0) become_program(inside, taken);
  // Without a root of ours the first exec is bwrap's, and the second the program's.
  const int execs = inside.root.empty() ? 2 : 1;
  ::_exit(inside.trace.empty() ? wait_for(program) : code_of(follow(program, execs, inside.trace)));
}

// Signals that end this process; the program's end is told by one as well, so one call waits for all.
sigset_t hold_signals() {
  sigset_t held;
  ::sigemptyset(&held);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT}) ::sigaddset(&held, number);
  ::sigprocmask(SIG_BLOCK, &held, nullptr);
  return held;
}

// One look at /proc can miss who was just born, or whose parent just died; nobody is gone before there is none to wait
// for.
void end_everything() {
  constexpr useconds_t pause = 2000;
  while (true) {
    kill_descendants(::getpid());
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    if (ended < 0 && errno == ECHILD) return;
    ::usleep(pause);
  }
}

}  // namespace

int run_inside(const Inside& inside) {
  const sigset_t held = hold_signals();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Namespaces taken = inside.root.empty() ? Namespaces() : take_namespaces();
  const pid_t first = ::fork();
  if (first < 0) give_up("cannot start a process");
  if (first == 0) be_first(inside, taken);
  while (true) {
    int number = 0;
    if (::sigwait(&held, &number) != 0) continue;
    int status = 0;
    const bool ended = number == SIGCHLD && ::waitpid(first, &status, WNOHANG) == first;
    if (number == SIGCHLD && !ended) continue;
    end_everything();
    return ended ? code_of(status) : 128 + number;
  }
}

}  // namespace kjx::step
