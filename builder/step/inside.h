// `kjx inside`: the program between a step and what runs in its chroot, or before bwrap when that is traced.
//
// It makes the namespaces that root may still make (processes, IPC, host name, network, mounts): each is taken where
// it is allowed, and none is needed. Where there is no network namespace, a seccomp filter refuses every socket but
// those of one machine (AF_UNIX). Then the program runs as user and group 1000, in a session of its own, with no
// capabilities and no way to new ones. When it ends, or the step does, whatever it left running is killed: without a
// process namespace they are found as descendants, since nobody else adopts them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kjx::step {

struct Inside {
  std::filesystem::path root;  // a ChrootRoot's; empty: the program makes its sandbox itself
  std::string directory;       // the program's, in there
  std::vector<std::string> argv;
  bool terminal = false;  // it is at a session's terminal already, and is to be in its foreground
  // A file for the paths that it looks for in vain (trace.h); empty: it is not watched.
  std::filesystem::path trace;
};

// Runs it with this process's environment, descriptors and umask. To be called in a process with a single thread. The
// exit code: the program's, or 128 + its signal; 127 when it could not be started, with a line on stderr.
int run_inside(const Inside& inside);

}  // namespace kjx::step
