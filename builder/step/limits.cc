#include "step/limits.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/amount.h"
#include "diag/diagnostic.h"
#include "step/process_tree.h"

namespace kjx::step {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

namespace {

constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;

// A walk over a kernel's object tree takes 0.3 s: folders are looked at seldom enough to stay below a twentieth of the
// time.
constexpr auto first_walk = std::chrono::seconds(1);
constexpr int walks_apart = 20;

std::uint64_t machine_memory() {
  const auto pages = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
  std::uint64_t bytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t allowed = 0;
  // A container's own group is the root of what it sees; "max" is no number.
  if (std::ifstream file("/sys/fs/cgroup/memory.max"); file >> allowed) bytes = std::min(bytes, allowed);
  return bytes;
}

// Pages that nobody else has; 0 when it is gone.
std::uint64_t own_memory(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/statm", process));
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::uint64_t shared = 0;
  if (!(file >> all >> resident >> shared) || shared > resident) return 0;
  return (resident - shared) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// What it takes on the disk: a sparse file counts for little. The program goes on meanwhile, so names come and go.
std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  constexpr auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry(folder, options, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat status {};
    if (::lstat(entry->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
      bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  return bytes;
}

}  // namespace

Limits default_limits() {
  static const Limits limits{machine_memory() / 10 * 9, 4096, 32 * gibibyte};
  return limits;
}

void set_limit(Limits& limits, std::string_view text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto amount = equals == std::string_view::npos ? std::nullopt : parse_amount(text.substr(equals + 1));
  if (amount && name == "memory") {
    limits.memory = *amount;
  } else if (amount && name == "processes") {
    limits.processes = *amount;
  } else if (amount && name == "output") {
    limits.output = *amount;
  } else {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("--limit wants NAME=AMOUNT, not '{}'", text),
                             "names are memory, processes and output, as in `--limit memory=8G`"});
  }
}

LimitWatch::LimitWatch(Limits limits, std::vector<fs::path> folders)
    : limits_(limits), folders_(std::move(folders)), next_walk_(steady_clock::now() + first_walk) {}

bool LimitWatch::look(int process) {
  if (!excess_) look_at_processes(process);
  if (!excess_ && said_ > limits_.output) exceed("output", limits_.output, "its programs said more than {}");
  if (!excess_ && steady_clock::now() >= next_walk_) look_at_folders();
  return excess_.has_value();
}

void LimitWatch::look_at_processes(int process) {
  const auto all = descendants_of(process);
  if (all.size() > limits_.processes) exceed("processes", limits_.processes, "it ran more than {} processes at once");
  std::uint64_t memory = 0;
  for (const auto each : all) memory += own_memory(each);
  if (memory > limits_.memory) exceed("memory", limits_.memory, "its programs held more than {} of memory");
}

void LimitWatch::look_at_folders() {
  const auto begin = steady_clock::now();
  std::uint64_t bytes = 0;
  for (const auto& folder : folders_) bytes += bytes_below(folder);
  const auto end = steady_clock::now();
  next_walk_ = end + std::max<steady_clock::duration>(first_walk, (end - begin) * walks_apart);
  if (bytes > limits_.output) exceed("output", limits_.output, "its programs wrote more than {}");
}

void LimitWatch::exceed(std::string_view name, std::uint64_t limit, const std::string& what) {
  excess_ = {fmt::format(fmt::runtime(what), amount_text(limit)),
             fmt::format("a program that went astray? if it needs more, build with --limit {}=AMOUNT, as in `--limit "
                         "{}={}`",
                         name, name, amount_text(limit * 2))};
}

}  // namespace kjx::step
