// Running a program where it sees only what its action declared: by bubblewrap, in a chroot, or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "step/sandbox_mode.h"
#include "work/work.h"

namespace kjx::step {

// Where a package is built, and the HOME of every action.
inline constexpr std::string_view build_folder = "/kjx/build";

// Who an action's programs are, inside: user and group of this number.
inline constexpr unsigned account_number = 1000;
inline constexpr std::string_view host_name = "kjx";

// What an action's programs see.
struct Sandbox {
  SandboxMode mode = SandboxMode::bubblewrap;
  std::filesystem::path tools;      // root of the programs that are seen; empty: the host's
  std::filesystem::path accounts;   // folder with `passwd` and `group`, see write_accounts()
  std::int64_t epoch = 0;           // SOURCE_DATE_EPOCH, seconds since 1970
  std::vector<work::Mount> mounts;  // below /kjx; add them with add()
  // `kjx verify`: what takes the place of the host's own (clock, kernel, order of folders); its files by their paths.
  std::vector<work::Mount> varied;
  std::vector<std::string> holes;  // variables that are as the caller has them; none but in tests
  // Mode `chroot`: where everything above lies already (chroot_root.h), and the program whose verb `inside` enters it.
  std::filesystem::path root;
  std::filesystem::path program;
  // The program is given a terminal of its own (base/terminal.h): it stays that session's leader's child.
  bool terminal = false;
  // Where paths are noted that the program looks for in vain (trace.h); empty: nowhere. Not in mode `off`.
  std::filesystem::path trace;

  // Takes the place of an earlier mount at the same path. Outer folders stand before those inside them.
  void add(work::Mount mount);
  [[nodiscard]] const work::Mount* at(std::string_view inside) const;
};

// /etc/passwd and /etc/group of the sandbox: root, and kjx with the ids 1000. Throws IoError.
void write_accounts(const std::filesystem::path& folder);

// The command that runs `run` inside. `keep` are descriptors the program inherits under the same numbers; `variables`
// are added to the fixed environment before those of `run`. Runs nothing. The caller's umask is the program's.
//
// Mode `chroot`: see inside.h.
//
// Mode `off`: the program runs on the host as it is. There is no /kjx then, so every "/kjx/NAME" of a mount in argv,
// environment and directory ("-I/kjx/sysroot/include" too) is replaced by the host's path. Texts inside files are not,
// and undeclared files of the host stay visible: results of this mode carry another key and are never shared with `on`.
[[nodiscard]] Command enclose(const Sandbox& sandbox, const work::Run& run, const std::vector<int>& keep = {},
                              const std::map<std::string, std::string>& variables = {});

// Mode off's replacement in one text.
[[nodiscard]] std::string on_host(std::string_view text, const std::vector<work::Mount>& mounts);

// A bwrap(1) of ours that runs `true` in a sandbox and nothing else.
[[nodiscard]] std::vector<std::string> probe_of(const std::filesystem::path& bwrap);

}  // namespace kjx::step
