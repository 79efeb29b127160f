// contained PROGRAM...: runs it as a container's usual profile does, where no namespace can be made and nothing
// mounted: unshare, mount and clone with a flag of a namespace give EPERM, and clone3 (whose flags no filter can read)
// ENOSYS.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define GIVE(what) BPF_STMT(BPF_RET | BPF_K, what)
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)

int main(int argc, char **argv) {
  const unsigned namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  struct sock_filter rules[] = {
      LOAD(nr),
      UNLESS(SYS_unshare, 1),
      GIVE(SECCOMP_RET_ERRNO | EPERM),
      UNLESS(SYS_mount, 1),
      GIVE(SECCOMP_RET_ERRNO | EPERM),
      UNLESS(SYS_clone3, 1),
      GIVE(SECCOMP_RET_ERRNO | ENOSYS),
      UNLESS(SYS_clone, 3),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, namespaces, 0, 1),
      GIVE(SECCOMP_RET_ERRNO | EPERM),
      GIVE(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
  // Without no_new_privs, which would keep an ordinary user's sudo from working: root may do so.
  if (argc < 2 ||
      (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 &&
       (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0))) {
    perror("contained");
    return 1;
  }
  execvp(argv[1], argv + 1);
  perror(argv[1]);
  return 127;
}
