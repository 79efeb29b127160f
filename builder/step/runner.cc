#include "step/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "base/error.h"
#include "base/file.h"
#include "diag/render.h"
#include "step/failed_program.h"
#include "step/job_server.h"
#include "step/trace.h"
#include "store/inventory.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

// Each round of repair brings back at least one producer's blobs; more rounds than that mean that something else takes
// them away again.
std::size_t most_rounds(const graph::Action& action) { return action.inputs.size() + 3; }

Failure without_blob(const graph::Action& action, const Digest& digest) {
  return Failure(
      Diagnostic{Kind::io, action.where,
                 fmt::format("{}: the store lost the blob {} and cannot get it back", shown_name(action), digest.hex()),
                 "is something else emptying the store's folder? otherwise remove it and build again"});
}

const work::Kind& kind_of(const graph::Action& action, const Runner::FindKind& find_kind) {
  const work::Kind* const kind = find_kind(action.kind);
  if (kind != nullptr && kind->revision == action.revision) return *kind;
  throw Failure(Diagnostic{Kind::graph, action.where,
                           fmt::format("the action '{}' ({}, revision {}) was planned by another version of kjx",
                                       action.name, action.kind, action.revision),
                           "run `kjx gen` to write the plan again"});
}

Failure io_failure(const graph::Action& action, std::string_view what, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return Failure(Diagnostic{Kind::io, action.where, fmt::format("{} could not be built: {}", shown_name(action), what),
                            full ? "free some space, or let KJX_STORE name a folder on a larger disk" : ""});
}

Failure description_failure(const graph::Action& action, const nlohmann::json::exception& error) {
  return Failure(
      Diagnostic{Kind::graph, action.where,
                 fmt::format("the action '{}' is not described as its code expects: {}", action.name, error.what()),
                 "this is a mistake in kjx, not in the recipe: please report it"});
}

// A longer one is not run again for a better message: being watched makes it slower by much.
constexpr std::chrono::minutes longest_run_again{1};

void add_help(Failure& failure, const std::string& text) {
  if (text.empty()) return;
  Diagnostic& diagnostic = failure.diagnostics.front();
  diagnostic.help += (diagnostic.help.empty() ? "" : "\n") + text;
}

// The last ones are nearest to the failure.
std::string told_of(const std::vector<std::string>& paths) {
  constexpr std::size_t most = 10;
  if (paths.empty()) return {};
  std::string text = "it looked for these, which are on this machine and not in its sandbox (the last one first):";
  for (std::size_t i = 0; i < std::min(most, paths.size()); ++i) text += "\n  " + paths[i];
  if (paths.size() > most) text += fmt::format("\n  and {} more", paths.size() - most);
  return text + "\nwhat it needs is to be a source, a file beside the recipe, or a package it depends on";
}

// What merges or passes on trees looks at their manifests alone, so a file's blob that was lost before it would still
// be lost behind it, and running it again would never bring the blob back. Whoever reads a result may rely on all of
// it.
void require_whole(store::Store& store, const Result& result) {
  for (const auto& [name, digest] : result.outputs) {
    if (!store.has(digest)) throw store::Missing(digest);
    if (!result.trees.contains(name)) continue;
    const store::Manifest tree = store.manifest(digest);
    for (const store::Entry& entry : tree.entries()) {
      if (entry.type == store::Entry::Type::file && !store.has(entry.digest)) throw store::Missing(entry.digest);
    }
  }
}

graph::Made made_of(const graph::Action& action, const InputDigests& inputs) {
  graph::Made made{action, {}};
  for (const auto& [slot, digest] : inputs) made.inputs.emplace(slot, digest.hex());
  return made;
}

}  // namespace

Result Runner::make(const std::string& name) {
  const graph::Action action = workspace_.action(name);
  for (std::size_t round = 1;; ++round) {
    try {
      return once(action);
    } catch (const store::Missing& missing) {
      const bool restored = restore(action, missing.digest);
      if ((!restored && round > 1) || round > most_rounds(action)) throw without_blob(action, missing.digest);
    }
  }
}

void Runner::lend(const std::string& name, const Use& use) {
  const graph::Action action = workspace_.action(name);
  for (std::size_t round = 1;; ++round) {
    try {
      use(action, inputs_of(action), kind_of(action, find_kind_));
      return;
    } catch (const store::Missing& missing) {
      const bool restored = restore(action, missing.digest);
      if ((!restored && round > 1) || round > most_rounds(action)) throw without_blob(action, missing.digest);
    }
  }
}

Digest Runner::output_of(const std::string& name, const std::string& output) {
  Digest digest;
  with_result(name, [&](const Result& result) {
    digest = result.outputs.at(output);
    if (!present(surroundings_.store, result, output)) throw store::Missing(digest);
  });
  return digest;
}

void Runner::with_result(const std::string& name, const std::function<void(const Result&)>& use) {
  for (std::size_t round = 1;; ++round) {
    const std::optional<Result> known = workspace_.result(name);
    const Result result = known ? *known : make(name);
    try {
      use(result);
      return;
    } catch (const store::Missing& missing) {
      if (round > 2) throw without_blob(workspace_.action(name), missing.digest);
      make(name);
    }
  }
}

Result Runner::once(const graph::Action& action) {
  const InputDigests inputs = inputs_of(action);
  const Digest key =
      action_key(action, inputs, surroundings_.sandbox, !surroundings_.varied.empty(), surroundings_.holes);
  const auto lock =
      surroundings_.store.lock("action-" + key.hex(), [&](std::string_view holder) { tell_waiting(action, holder); });

  // What an `always` action looks at is in no key.
  std::optional<Result> result = action.always ? std::nullopt : trusted(action, inputs, key);
  const bool cached = result.has_value();
  objects_ = 0;
  if (!cached) {
    result = perform(action, inputs);
    require_whole(surroundings_.store, *result);
    commit_point("step.before-remember");
    if (!action.always) surroundings_.store.remember(key, result_text(*result));
    commit_point("step.after-remember");
  } else {
    store::note_use(surroundings_.store, key);
  }
  const bool same = !workspace_.save(action.name, *result);
  workspace_.note_made(made_of(action, inputs));
  workspace_.forget_failed(action.name);
  tell_end(action, {cached, same, objects_});
  return *result;
}

InputDigests Runner::inputs_of(const graph::Action& action) {
  InputDigests inputs;
  for (const graph::Input& input : action.inputs) {
    const Result result = result_of(input.producer);
    const auto found = result.outputs.find(input.output);
    if (found == result.outputs.end()) {
      throw Failure(Diagnostic{Kind::graph, action.where,
                               fmt::format("'{}' wants the output '{}' of '{}', which has none of that name",
                                           action.name, input.output, input.producer),
                               "run `kjx gen` to write the plan again"});
    }
    inputs.emplace_back(input.slot, found->second);
  }
  return inputs;
}

Result Runner::result_of(const std::string& producer) {
  const std::optional<Result> known = workspace_.result(producer);
  return known ? *known : make(producer);
}

std::optional<Result> Runner::look_up(const Digest& key) {
  const std::optional<std::string> text = surroundings_.store.result(key);
  std::optional<Result> result = text ? parse_result(*text) : std::nullopt;
  if (result && !present(surroundings_.store, *result)) result.reset();
  return result;
}

std::optional<Result> Runner::trusted(const graph::Action& action, const InputDigests& inputs, const Digest& key) {
  std::optional<Result> result = look_up(key);
  const work::Kind& kind = kind_of(action, find_kind_);
  if (!result || kind.distrust == nullptr) return result;
  TemporaryFolder folder(surroundings_.store.tmp(), action.name);
  Log log(workspace_.log_file(action.name));
  RealWork real(action, inputs, folder.path(), log, surroundings_);
  std::string why;
  try {
    why = kind.distrust(real, result->outputs);
  } catch (const Failure& failure) {
    why = failure.what();  // run() will say it in full
  } catch (const IoError& error) {
    why = error.what();
  } catch (const std::out_of_range&) {
    why = "it lacks an output";
  }
  if (why.empty()) {
    log.line("found in the store, and checked again");
    return result;
  }
  tell_doubt(action, why);
  return std::nullopt;
}

Result Runner::perform(const graph::Action& action, const InputDigests& inputs) {
  // Only here, after all locks of others' making: who waits for one holds no token that its maker needs.
  const Lease lease(kind_of(action, find_kind_).waits ? nullptr : surroundings_.jobs);
  TemporaryFolder folder(surroundings_.store.tmp(), action.name);
  tell(action, Event::Type::start);
  const auto begin = std::chrono::steady_clock::now();
  try {
    return attempt(action, inputs, folder.path());
  } catch (Failure& failure) {
    auto* const by_program = dynamic_cast<ProgramFailure*>(&failure);
    const bool soon = std::chrono::steady_clock::now() - begin < longest_run_again;
    if (by_program != nullptr && soon) explain(action, inputs, *by_program);
    keep(action, folder.path(), failure);
    tell(action, Event::Type::failed);
    throw;
  }
}

namespace {

// What leads a verb to this out/ folder; nothing when it is where they look by themselves.
std::string out_option(const fs::path& out) {
  const bool usual = out.filename() == "out" && fs::exists(out.parent_path() / "recipes/distro.yaml");
  return usual ? "" : fmt::format("--out {} ", shell_word(out.string()));
}

}  // namespace

// In a folder and with a log of its own: what is kept for a look is the run that failed.
void Runner::explain(const graph::Action& action, const InputDigests& inputs, ProgramFailure& failure) const {
  if (surroundings_.program.empty() || surroundings_.sandbox == SandboxMode::off) return;
  if (!action.secrets.empty()) return;  // its key is read no oftener than needed
  const TemporaryFolder folder(surroundings_.store.tmp(), action.name);
  Surroundings watched = surroundings_;
  watched.trace = folder.path() / "trace";
  watched.failed_program = failure.number;
  try {
    Log log(folder.path() / "log");
    fs::create_directory(folder.path() / "action");
    RealWork real(action, inputs, folder.path() / "action", log, watched);
    kind_of(action, find_kind_).run(real);
  } catch (const DidNotFail&) {
    add_help(failure, "run once more, it did not fail: something that changes on this machine makes the difference");
    return;
  } catch (const std::exception&) {
    // As before, in all likelihood.
  }
  add_help(failure, told_of(undeclared_paths(watched.trace)));
}

// Whatever the code throws leaves as a Failure; a missing blob as it is.
Result Runner::attempt(const graph::Action& action, const InputDigests& inputs, const fs::path& folder) {
  try {
    Log log(workspace_.log_file(action.name), listener(action));
    RealWork real(action, inputs, folder, log, surroundings_);
    kind_of(action, find_kind_).run(real);
    objects_ = real.objects();
    return real.result();
  } catch (const IoError& error) {
    throw io_failure(action, error.what(), error.error);
  } catch (const fs::filesystem_error& error) {
    throw io_failure(action, error.what(), error.code().value());
  } catch (const nlohmann::json::exception& error) {
    throw description_failure(action, error);
  }
}

bool Runner::restore(const graph::Action& action, const Digest& missing) {
  bool any = false;
  for (const graph::Input& input : action.inputs) {
    if (!lost(input, missing)) continue;
    make(input.producer);
    any = true;
  }
  return any;
}

bool Runner::lost(const graph::Input& input, const Digest& missing) {
  const std::optional<Result> result = workspace_.result(input.producer);
  if (!result) return true;
  try {
    return holds(surroundings_.store, *result, input.output, missing) ||
           !present(surroundings_.store, *result, input.output);
  } catch (const store::Missing&) {
    return true;  // its manifest is gone
  }
}

void Runner::keep(const graph::Action& action, const fs::path& folder, Failure& failure) const {
  for (Diagnostic& diagnostic : failure.diagnostics) {
    if (!diagnostic.where) diagnostic.where = action.where;
  }
  Diagnostic& last = *std::ranges::max_element(failure.diagnostics, stands_before);
  if (!last.help.empty()) last.help += "\n";
  last.help += fmt::format("its log: {}", workspace_.log_file(action.name).string());
  try {
    workspace_.keep_failed(action.name, folder);
    const fs::path kept = workspace_.failed_folder(action.name);
    last.help += fmt::format("\nits folder, kept for a look: {}", kept.string());
    if (read_failed_program(kept))
      last.help +=
          fmt::format("\na shell in there: kjx shell {}--failed {}", out_option(workspace_.out()), action.name);
  } catch (const IoError&) {
    // The disk is full, perhaps; what went wrong first counts.
  }
  if (last.where.text() == action.where.text()) return;  // it says as much
  if (last.message.find(shown_name(action)) == std::string::npos) {
    last.notes.push_back({action.where, fmt::format("while building {}", shown_name(action))});
  }
}

void Runner::tell(const graph::Action& action, Event::Type type) const {
  if (surroundings_.jobs == nullptr) return;
  Event event{type, action.name, shown_name(action)};
  event.log = workspace_.log_file(action.name);
  surroundings_.jobs->tell(event);
}

void Runner::tell_end(const graph::Action& action, const End& end) const {
  if (surroundings_.jobs == nullptr) return;
  Event event{Event::Type::end, action.name, shown_name(action)};
  event.cached = end.cached;
  event.same = end.same;
  event.done = end.objects;
  surroundings_.jobs->tell(event);
}

Log::Listener Runner::listener(const graph::Action& action) const {
  if (surroundings_.jobs == nullptr || std::getenv(verbose_variable) == nullptr) return nullptr;
  return [jobs = surroundings_.jobs, name = action.name](std::string_view line) {
    Event event{Event::Type::said, name};
    event.what = line;
    jobs->tell(event);
  };
}

// In the view; the log is the new run's.
void Runner::tell_doubt(const graph::Action& action, std::string_view why) const {
  if (surroundings_.jobs == nullptr) return;
  tell(action, Event::Type::start);
  Event event{Event::Type::progress, action.name};
  event.what = fmt::format("the store's result is not taken: {}", why);
  surroundings_.jobs->tell(event);
}

void Runner::tell_waiting(const graph::Action& action, std::string_view holder) const {
  if (surroundings_.jobs == nullptr) return;
  tell(action, Event::Type::start);
  Event event{Event::Type::progress, action.name};
  event.what = fmt::format("waits for another kjx, which makes the same ({})", holder);
  surroundings_.jobs->tell(event);
}

}  // namespace kjx::step
