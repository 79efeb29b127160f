// What a program of an action may take of the machine: a runaway recipe ends with a message, not with the machine.
//
// Watched from outside, five times a second, over all the processes that the program started. The kernel's own limits
// do not fit: RLIMIT_AS counts addresses (which sanitizers and garbage collectors take by the terabyte) and each
// process by itself, RLIMIT_NPROC everything of a user wherever it runs and nothing of root's, RLIMIT_FSIZE one file at
// a time and ends the writer without a word; a cgroup needs somebody to have delegated one. What a burst takes between
// two looks is let pass. No limit changes a byte of a result, so they are in no key.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::step {

struct Limits {
  std::uint64_t memory = 0;     // bytes of their own (not of files and libraries they share), all processes together
  std::uint64_t processes = 0;  // at once
  std::uint64_t output = 0;     // bytes on the disk in the action's folders, or said, for each program
};

// Nine tenths of the machine's memory (or of its cgroup's), 4096 processes, 32 GiB.
[[nodiscard]] Limits default_limits();

// "memory=8G" (K, M, G, T: powers of 1024). Throws Failure (usage).
void set_limit(Limits& limits, std::string_view text);

// One run of a program held against the limits.
class LimitWatch {
 public:
  LimitWatch(Limits limits, std::vector<std::filesystem::path> folders);

  // Bytes that the program said.
  void said(std::size_t bytes) { said_ += bytes; }
  // Looks at `process` and all below it; true: over a limit, from the first time on.
  bool look(int process);
  // What was exceeded, as "its programs held more than 64M of memory", and the option that raises it.
  struct Excess {
    std::string what;
    std::string help;
  };
  [[nodiscard]] const std::optional<Excess>& excess() const { return excess_; }

 private:
  void look_at_processes(int process);
  void look_at_folders();
  void exceed(std::string_view name, std::uint64_t limit, const std::string& what);

  Limits limits_;
  std::vector<std::filesystem::path> folders_;
  std::uint64_t said_ = 0;
  std::chrono::steady_clock::time_point next_walk_;
  std::optional<Excess> excess_;
};

}  // namespace kjx::step
