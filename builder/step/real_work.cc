#include "step/real_work.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/terminal.h"
#include "step/failed_program.h"
#include "step/lines.h"
#include "step/make_jobs.h"
#include "step/process_tree.h"
#include "step/source_tree.h"
#include "step/tool_root.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds between_progress{100};

// The action's own folders (folder()) lie in one of these, what the step needs itself in the other.
constexpr std::string_view work_part = "work";
constexpr std::string_view step_part = "step";

[[noreturn]] void misused(const graph::Action& action, const std::string& what) {
  throw Failure(Diagnostic{Kind::graph, action.where, fmt::format("action '{}' {}", action.name, what),
                           "this is a mistake in kjx, not in the recipe: please report it"});
}

// A child and all it started. Bubblewrap's namespace goes with it; `kjx inside` ends what is left by itself.
void end_all(SandboxMode mode, int child) {
  if (mode == SandboxMode::off) kill_descendants(child);
  ::kill(child, mode == SandboxMode::chroot ? SIGTERM : SIGKILL);
}

// Each file by the path it shall have inside.
std::vector<work::Mount> files_below(const fs::path& folder) {
  std::vector<work::Mount> mounts;
  if (folder.empty()) return mounts;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      mounts.push_back({entry.path(), "/" + entry.path().lexically_relative(folder).string(), false});
  }
  return mounts;
}

}  // namespace

std::string shown_name(const graph::Action& action) { return action.summary.empty() ? action.name : action.summary; }

RealWork::RealWork(const graph::Action& action, InputDigests inputs, fs::path folder, Log& log,
                   Surroundings surroundings)
    : action_(action),
      inputs_(std::move(inputs)),
      folder_(std::move(folder)),
      log_(log),
      surroundings_(std::move(surroundings)) {
  sandbox_.mode = surroundings_.sandbox;
  sandbox_.epoch = epoch();
  sandbox_.accounts = folder_ / step_part / "etc";
  sandbox_.varied = files_below(surroundings_.varied);
  sandbox_.holes = surroundings_.holes;
}

std::int64_t RealWork::epoch() const { return action_.description.value("epoch", work::source_mtime); }

Location RealWork::where(std::string_view topic) const { return action_.location(topic); }

bool RealWork::has_input(std::string_view slot) const {
  return std::any_of(inputs_.begin(), inputs_.end(), [&](const auto& input) { return input.first == slot; });
}

Digest RealWork::input(std::string_view slot) const {
  for (const auto& [name, digest] : inputs_) {
    if (name == slot) return digest;
  }
  misused(action_, fmt::format("asks for the input '{}', which it does not have", slot));
}

std::vector<std::pair<std::string, Digest>> RealWork::inputs(std::string_view prefix) const {
  std::vector<std::pair<std::string, Digest>> some;
  std::copy_if(inputs_.begin(), inputs_.end(), std::back_inserter(some),
               [&](const auto& input) { return input.first.starts_with(prefix); });
  return some;
}

const graph::File& RealWork::file_at(std::string_view slot) const {
  for (const graph::File& file : action_.files) {
    if (file.slot == slot) return file;
  }
  misused(action_, fmt::format("asks for the file '{}', which it does not have", slot));
}

std::string RealWork::checked_bytes(const graph::File& file) const {
  std::string bytes = read_file(file.path);
  if (digest_of(bytes) == file.digest) return bytes;
  throw Failure(
      Diagnostic{Kind::input_changed, where(file.slot),
                 fmt::format("'{}' changed while {} was being built", file.path.string(), shown_name(action_)),
                 "run the build again"});
}

std::string RealWork::file(std::string_view slot) { return checked_bytes(file_at(slot)); }

fs::path RealWork::checked_copy(const graph::File& file) const {
  const fs::path copy = folder_ / step_part / "files" / digest_of(file.slot).hex().substr(0, 16) / file.path.filename();
  std::error_code error;
  if (!fs::exists(copy, error)) write_file(copy, checked_bytes(file), file.executable ? 0755 : 0644);
  return copy;
}

std::vector<work::Work::NamedFile> RealWork::files(std::string_view prefix) const {
  std::vector<NamedFile> some;
  for (const graph::File& file : action_.files) {
    if (!file.slot.starts_with(prefix)) continue;
    some.push_back({file.slot, action_.always ? file.path : checked_copy(file), file.executable});
  }
  return some;
}

fs::path RealWork::secret(std::string_view slot) const {
  const auto found = action_.secrets.find(std::string(slot));
  if (found == action_.secrets.end())
    misused(action_, fmt::format("asks for the secret '{}', which it does not have", slot));
  return found->second;
}

fs::path RealWork::source_tree(const Digest& archive, int strip, const std::vector<std::string>& patch_slots) {
  SourceTree wanted{archive, shown_name(action_), strip};
  for (const std::string& slot : patch_slots) {
    const graph::File& file = file_at(slot);
    wanted.patches.push_back({file.path.filename().string(), checked_copy(file), file.digest, where(slot)});
  }
  std::stable_sort(wanted.patches.begin(), wanted.patches.end(),
                   [](const Patch& a, const Patch& b) { return a.name < b.name; });

  Unpacking unpacking;
  unpacking.patch = [&](const fs::path& tree, const Patch& patch, std::string& output) {
    return apply_patch(tree, patch.path, output);
  };
  unpacking.log = [&](std::string_view line) { log_.line(line); };
  unpacking.waiting = [&](std::string_view holder) {
    log_.line(fmt::format("the source is being unpacked by {}; waiting", holder));
    progress(0, 0, fmt::format("waits for {}", holder));
  };
  unpacking.progress = [&](std::uint64_t done, std::uint64_t total) {
    progress(done, total, "unpacking", work::Unit::bytes);
  };
  return step::source_tree(wanted, surroundings_.store, unpacking);
}

int RealWork::apply_patch(const fs::path& tree, const fs::path& patch, std::string& output) {
  Sandbox sandbox = sandbox_;
  sandbox.mounts.clear();
  sandbox.add({tree, "/kjx/source", true});
  sandbox.add({patch, "/kjx/patch", false});
  work::Run run;
  run.argv = {"patch", "-p1", "--batch", "--forward", "--fuzz=0", "--no-backup-if-mismatch", "-i", "/kjx/patch"};
  run.directory = "/kjx/source";
  return execute(run, sandbox, [&](std::string_view bytes) { output += bytes; }).code;
}

fs::path RealWork::folder(std::string_view name) {
  const fs::path path = folder_ / work_part / name;
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw IoError("make folder", path, error.value());
  return path;
}

void RealWork::run(const work::Run& run) {
  const Exit exit = execute(run, sandbox_, nullptr);
  if (exit.ok()) return;
  note_failed(run);
  fail(run, exit);
}

work::Work::Outcome RealWork::try_run(const work::Run& run) {
  Outcome outcome;
  outcome.code = execute(run, sandbox_, [&](std::string_view bytes) { outcome.output += bytes; }).code;
  return outcome;
}

// Laid out by the first action that runs a program in it.
fs::path RealWork::tools() {
  if (!has_input(tool_root_slot)) return {};
  if (tools_.empty()) {
    tools_ = tool_root(input(tool_root_slot), surroundings_.store, [&](std::string_view holder) {
      log_.line(fmt::format("the tool root is being laid out by {}; waiting", holder));
    });
  }
  return tools_;
}

// What lies around the program, before its mounts.
void RealWork::prepare(Sandbox& sandbox) {
  if (sandbox.mode == SandboxMode::off) return;
  if (sandbox.mode == SandboxMode::bubblewrap) require_sandbox();
  sandbox.program = surroundings_.program;
  sandbox.trace = surroundings_.trace;
  sandbox.tools = tools();
  if (!fs::exists(sandbox.accounts)) write_accounts(sandbox.accounts);
  if (sandbox.mode != SandboxMode::chroot) return;
  if (sandbox.tools.empty()) misused(action_, "runs a program in a chroot without a tool root");
  if (!chroot_) chroot_.emplace(folder_ / step_part / "root", folder_);
  sandbox.root = chroot_->path();
}

// Where what its programs write is to be found.
std::vector<fs::path> RealWork::written_folders() const {
  std::vector<fs::path> folders{folder_ / work_part};
  if (chroot_) folders.insert(folders.end(), {chroot_->path() / "kjx", chroot_->path() / "tmp"});
  return folders;
}

Exit RealWork::run_enclosed(const Sandbox& sandbox, const Command& command) {
  const auto how = sandbox.terminal ? run_at_terminal : kjx::run;
  if (sandbox.mode != SandboxMode::chroot) return how(command);
  chroot_->enter(sandbox);
  const Exit exit = how(command);
  chroot_->leave();
  return exit;
}

Exit RealWork::execute(const work::Run& run, const Sandbox& given,
                       const std::function<void(std::string_view)>& on_output) {
  Sandbox sandbox = given;
  prepare(sandbox);
  // Every program has a home, whether the action asked for one or not.
  if (sandbox.at(build_folder) == nullptr) sandbox.add({folder("build"), std::string(build_folder), true});

  std::optional<MakeJobs> jobs;
  std::map<std::string, std::string> variables;
  if (run.uses_jobs) {
    jobs.emplace(surroundings_.jobs, surroundings_.cores);
    variables["MAKEFLAGS"] = jobs->flags();
  }
  Command command = enclose(sandbox, run, jobs ? jobs->descriptors() : std::vector<int>{}, variables);
  Lines lines(run.on_line);
  LimitWatch watch(surroundings_.limits, written_folders());
  command.watch = [&](int child) {
    if (watch.look(child)) end_all(sandbox.mode, child);
  };
  command.on_output = [&](std::string_view bytes) {
    watch.said(bytes.size());
    log_.write(bytes);
    lines.add(bytes);
    if (on_output) on_output(bytes);
  };
  log_.line("$ " + quoted(run.argv));
  const Exit exit = run_enclosed(sandbox, command);
  lines.finish();
  ++programs_;
  if (exit.ok() && !surroundings_.trace.empty() && programs_ == surroundings_.failed_program) throw DidNotFail();
  if (watch.excess()) {
    throw Failure(Diagnostic{Kind::over_limit, action_.where,
                             fmt::format("{} was stopped: {}", shown_name(action_), watch.excess()->what),
                             watch.excess()->help});
  }
  return exit;
}

// What the caller's terminal can do is described on this machine, whatever terminal that is.
void RealWork::provide_terminal(Sandbox& sandbox, std::map<std::string, std::string>& variables) {
  const char* const term = std::getenv("TERM");
  if (!sandbox.terminal || term == nullptr) return;
  variables["TERM"] = term;
  const fs::path description = terminal_description(term);
  if (description.empty()) return;
  const fs::path copy = folder_ / step_part / "terminfo";
  copy_file_whole(description, copy / description.parent_path().filename() / description.filename());
  sandbox.add({copy, "/kjx/terminfo", false});
  variables["TERMINFO"] = "/kjx/terminfo";
}

int RealWork::enter(const work::Run& run) {
  Sandbox sandbox = sandbox_;
  sandbox.terminal = at_terminal();
  prepare(sandbox);
  if (sandbox.at(build_folder) == nullptr) sandbox.add({folder("build"), std::string(build_folder), true});
  std::map<std::string, std::string> variables;
  if (run.uses_jobs) variables["MAKEFLAGS"] = fmt::format("-j{}", surroundings_.cores);
  provide_terminal(sandbox, variables);
  Command command = enclose(sandbox, run, {}, variables);
  command.inherit_input = true;
  return run_enclosed(sandbox, command).code;
}

// For `kjx shell --failed`. The disk may be full: what went wrong first counts.
void RealWork::note_failed(const work::Run& run) const {
  FailedProgram failed{run, sandbox_.mounts, {}};
  if (sandbox_.at(build_folder) == nullptr)
    failed.mounts.push_back({folder_ / work_part / "build", std::string(build_folder), true});
  if (has_input(tool_root_slot)) failed.tools = input(tool_root_slot);
  try {
    write_failed_program(folder_, failed);
  } catch (const IoError&) {
  }
}

void RealWork::fail(const work::Run& run, const Exit& exit) const {
  const std::string program = fs::path(run.argv.front()).filename();
  const std::string how = exit.code > 128 ? fmt::format("was killed by signal {}", exit.code - 128)
                                          : fmt::format("ended with exit code {}", exit.code);
  const std::string tail = log_.tail("  | ");
  Diagnostic diagnostic{Kind::program_failed, action_.where,
                        fmt::format("{} could not be built: '{}' {}", shown_name(action_), program, how),
                        tail.empty() ? std::string() : "the last it said:\n" + tail};
  if (exit.code > 128) throw Failure(std::move(diagnostic));
  throw ProgramFailure(std::move(diagnostic), programs_);
}

void RealWork::progress(std::uint64_t done, std::uint64_t total, std::string_view what, work::Unit unit) {
  if (unit == work::Unit::objects) objects_ = done;
  if (surroundings_.jobs == nullptr) return;
  const auto now = std::chrono::steady_clock::now();
  const bool last = total != 0 && done == total;
  if (!last && now - last_progress_ < between_progress) return;
  last_progress_ = now;
  Event event{Event::Type::progress, action_.name};
  event.done = done;
  event.total = total;
  event.what = what;
  event.unit = unit;
  surroundings_.jobs->tell(event);
}

void RealWork::output(std::string_view name, const Digest& blob) {
  const bool declared = std::find(action_.outputs.begin(), action_.outputs.end(), name) != action_.outputs.end();
  if (!declared) misused(action_, fmt::format("gives an output '{}' that it has not declared", name));
  result_.outputs[std::string(name)] = blob;
}

Result RealWork::result() {
  for (const std::string& name : action_.outputs) {
    if (!result_.outputs.contains(name)) misused(action_, fmt::format("has not made its output '{}'", name));
  }
  for (const auto& [name, digest] : result_.outputs) {
    if (is_tree(surroundings_.store, digest)) result_.trees.insert(name);
  }
  return result_;
}

}  // namespace kjx::step
