#include "step/step.h"

#include <fmt/format.h>

#include <iostream>

#include "base/error.h"
#include "base/file.h"
#include "diag/render.h"
#include "step/kinds.h"
#include "step/session.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

void compare_digest(const Options& options, const Workspace& workspace) {
  if (!options.digest || graph::digest_of(workspace.action(options.action)) == *options.digest) return;
  throw Failure(Diagnostic{Kind::graph,
                           {},
                           fmt::format("the action '{}' is not the one that build.ninja knows", options.action),
                           "run `kjx gen` to write the plan again"});
}

int guarded(const Options& options, std::ostream& errors, const std::function<void()>& body) {
  std::vector<Diagnostic> shown;
  try {
    body();
    return 0;
  } catch (const Failure& failure) {
    shown = failure.diagnostics;
  } catch (const IoError& error) {
    shown.push_back({Kind::io, {}, fmt::format("{}: {}", options.action, error.what())});
  }
  render(errors, shown, options.style);
  return 1;
}

}  // namespace

int run_step(const Options& options, std::ostream& errors) {
  return guarded(options, errors, [&] {
    prepare(options);
    Session session(options);
    remove_stale_temporaries(session.workspace.result_file(options.action).parent_path());
    compare_digest(options, session.workspace);
    session.runner.make(options.action);
  });
}

int run_step(const Options& options) { return run_step(options, std::cerr); }

int export_output(const Options& options, std::string_view output, const fs::path& path, std::ostream& errors) {
  return guarded(options, errors, [&] {
    prepare(options);
    Session session(options);
    remove_stale_temporaries((session.workspace.out() / path).parent_path());
    session.runner.with_result(options.action, [&](const Result& result) {
      const auto found = result.outputs.find(std::string(output));
      if (found == result.outputs.end()) {
        throw Failure(Diagnostic{Kind::graph,
                                 {},
                                 fmt::format("'{}' has no output '{}'", options.action, output),
                                 "run `kjx gen` to write the plan again"});
      }
      const fs::path blob = session.store.path_of(found->second);
      commit_point("export.before");
      copy_file_whole(blob, session.workspace.out() / path);
      commit_point("export.after");
    });
  });
}

int export_output(const Options& options, std::string_view output, const fs::path& path) {
  return export_output(options, output, path, std::cerr);
}

}  // namespace kjx::step
