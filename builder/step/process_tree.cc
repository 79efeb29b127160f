#include "step/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/descriptor.h"

namespace kjx::step {

namespace {

// "PID (a name (of any kind)) S PPID ..."; 0 when it is gone.
pid_t parent_of(const std::string& process) {
  const Descriptor file(::open(("/proc/" + process + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return 0;
  std::array<char, 512> text{};
  const ssize_t got = ::read(file.get(), text.data(), text.size() - 1);
  const char* const name_end = got > 0 ? std::strrchr(text.data(), ')') : nullptr;
  if (name_end == nullptr || std::strlen(name_end) < 4 || name_end[2] == 'Z') return 0;
  return static_cast<pid_t>(std::strtol(name_end + 4, nullptr, 10));
}

std::multimap<pid_t, pid_t> children_by_parent() {
  std::multimap<pid_t, pid_t> children;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return children;
  while (const dirent* const entry = ::readdir(folder.get())) {  // NOLINT(concurrency-mt-unsafe): a stream of our own
    const std::string name = entry->d_name;
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (const pid_t parent = parent_of(name); parent != 0)
      children.emplace(parent, static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10)));
  }
  return children;
}

}  // namespace

std::vector<pid_t> descendants_of(pid_t ancestor) {
  const auto children = children_by_parent();
  std::vector<pid_t> found;
  std::vector<pid_t> open{ancestor};
  while (!open.empty()) {
    const auto [begin, end] = children.equal_range(open.back());
    open.pop_back();
    for (auto child = begin; child != end; ++child) {
      found.push_back(child->second);
      open.push_back(child->second);
    }
  }
  return found;
}

void kill_descendants(pid_t ancestor) {
  std::set<pid_t> stopped;
  for (bool more = true; more;) {
    more = false;
    for (const pid_t each : descendants_of(ancestor)) {
      if (!stopped.insert(each).second) continue;
      ::kill(each, SIGSTOP);
      more = true;
    }
  }
  for (const pid_t each : stopped) ::kill(each, SIGKILL);
}

}  // namespace kjx::step
