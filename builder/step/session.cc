#include "step/session.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "step/kinds.h"
#include "store/workspaces.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

int cores_of(const Options& options) {
  return options.cores > 0 ? options.cores : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

}  // namespace

Session::Session(const Options& options)
    : workspace(fs::absolute(options.out).lexically_normal()),
      store(options.store),
      jobs(JobClient::connect()),
      surroundings{store,
                   jobs.get(),
                   options.sandbox,
                   cores_of(options),
                   options.varied,
                   options.holes,
                   fs::read_symlink("/proc/self/exe"),
                   options.limits},
      runner(workspace, surroundings, find_kind) {
  store::note_workspace(store, workspace.out());
}

void prepare(const Options& options) {
  if (std::ranges::find(options.holes, "umask") == options.holes.end()) ::umask(022);
  if (options.offline) ::setenv("KJX_OFFLINE", "1", 1);  // NOLINT(concurrency-mt-unsafe): no thread runs yet
}

}  // namespace kjx::step
