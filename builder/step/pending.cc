#include "step/pending.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>

namespace kjx::step {

namespace {

// Nanoseconds; 0: there is none.
std::int64_t time_of(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return 0;
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

std::vector<Pending> pending_of(const graph::Outline& outline, const std::vector<std::string>& targets,
                                const Workspace& workspace) {
  const std::vector<bool> wanted = graph::needed(outline, targets);
  std::vector<Pending> pending(outline.nodes.size(), Pending::no);
  std::vector<std::int64_t> results(outline.nodes.size());
  for (std::size_t i = 0; i < outline.nodes.size(); ++i) {
    if (!wanted[i]) continue;
    const auto& node = outline.nodes[i];
    results[i] = time_of(workspace.result_file(node.name));
    const std::int64_t made = time_of(workspace.made_file(node.name));
    const bool newer = std::ranges::any_of(node.needs, [&](std::size_t need) { return results[need] > made; });
    const bool planned = made < time_of(workspace.action_file(node.name));
    if (node.always || results[i] == 0 || made == 0 || planned || newer) {
      pending[i] = Pending::itself;
    } else if (std::ranges::any_of(node.needs, [&](std::size_t need) { return pending[need] != Pending::no; })) {
      pending[i] = Pending::for_others;
    }
  }
  return pending;
}

}  // namespace kjx::step
