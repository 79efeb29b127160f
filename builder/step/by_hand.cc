#include "step/by_hand.h"

#include <fmt/format.h>

#include "base/file.h"
#include "step/failed_program.h"
#include "step/session.h"
#include "step/tool_root.h"
#include "step/work_copy.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

// Thrown out of the action's code once a person had what they wanted of it.
class HandedOver : public std::exception {};

// Of an earlier visit everything goes but the source. A chroot has that one moved into it, and one whose visitor was
// killed has it still.
void make_room(const fs::path& folder) {
  const fs::path source = folder / "source";
  const fs::path left_inside = folder / "step/root/kjx/src";
  if (!fs::exists(source) && fs::exists(left_inside)) fs::rename(left_inside, source);
  remove_tree(folder / "work");
  remove_tree(folder / "step");
  fs::create_directories(folder);
}

InputDigests with_tools(InputDigests inputs, const Digest& tools) {
  for (auto& [slot, digest] : inputs) {
    if (slot == tool_root_slot) digest = tools;
  }
  return inputs;
}

Failure never_came(const graph::Action& action, std::string_view what) {
  return Failure(Diagnostic{Kind::usage, action.where, fmt::format("'{}' {}", action.name, what),
                            "`kjx list packages` names those that are built"});
}

}  // namespace

HandWork::HandWork(const graph::Action& action, InputDigests inputs, const fs::path& folder, Log& log,
                   const Surroundings& surroundings, const Hands& hands)
    : RealWork(action, std::move(inputs), folder, log, surroundings), hands_(hands) {}

fs::path HandWork::source_tree(const Digest& archive, int strip, const std::vector<std::string>& patch_slots) {
  const fs::path tree = RealWork::source_tree(archive, strip, patch_slots);
  if (!hands_.editable) return tree;
  pristine_ = tree;
  edited_ = work_copy(tree, hands_.folder, hands_.fresh);
  return edited_;
}

void HandWork::mount(work::Mount mount) {
  if (!edited_.empty() && mount.host == edited_) mount.writable = true;
  RealWork::mount(std::move(mount));
}

void HandWork::run(const work::Run& run) {
  if (hands_.at_program) hand_over(run);
  RealWork::run(run);
}

work::Work::Outcome HandWork::try_run(const work::Run& run) {
  if (hands_.at_program) hand_over(run);
  return RealWork::try_run(run);
}

void HandWork::hand_over(const work::Run& run) {
  // Built in its own tree it is a copy of the copy: edits are wanted in the latter.
  if (!edited_.empty()) mount({edited_, "/kjx/src", true});
  hands_.at_program(*this, run);
  throw HandedOver();
}

void HandWork::configured(const work::Configuration& configuration) {
  if (!hands_.at_configuration) return;
  hands_.at_configuration(*this, configuration);
  throw HandedOver();
}

void by_hand(const Options& options, const Hands& hands) {
  prepare(options);
  Session session(options);
  session.runner.lend(options.action, [&](const auto& action, const auto& inputs, const work::Kind& kind) {
    if (!action.secrets.empty()) throw never_came(action, "reads the private key, which nobody else does");
    if (hands.at_program && kind.tools.empty()) throw never_came(action, "runs no program");
    std::optional<TemporaryFolder> temporary;
    if (hands.folder.empty()) {
      temporary.emplace(session.store.tmp(), action.name);
    } else {
      make_room(hands.folder);
    }
    const fs::path folder = temporary ? temporary->path() : hands.folder;
    Log log(folder / "log");
    const InputDigests seen =
        hands.tools.empty() ? inputs : with_tools(inputs, session.runner.output_of(hands.tools, "tree"));
    HandWork work(action, seen, folder, log, session.surroundings, hands);
    try {
      kind.run(work);
    } catch (const HandedOver&) {
      return;
    }
    throw never_came(action, hands.at_program ? "runs no program" : "is not configured by symbols");
  });
}

int enter_failed(const Options& options, const std::vector<std::string>& argv,
                 const std::function<void(const work::Run& failed)>& tell) {
  prepare(options);
  Session session(options);
  const fs::path folder = session.workspace.failed_folder(options.action);
  const auto failed = read_failed_program(folder);
  if (!failed) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("it was not by a program that '{}' failed", options.action),
                             fmt::format("what is kept of it is in {}", folder.string())});
  }
  const graph::Action action = session.workspace.action(options.action);
  InputDigests inputs;
  if (failed->tools) inputs.emplace_back(tool_root_slot, *failed->tools);
  Log log(folder / "shell.log");
  RealWork work(action, inputs, folder, log, session.surroundings);
  for (const work::Mount& mount : failed->mounts) work.mount(mount);
  tell(failed->run);
  return work.enter(shell_for(failed->run, options.action, argv));
}

work::Run shell_for(work::Run like, const std::string& name, const std::vector<std::string>& argv) {
  like.argv = argv;
  if (argv.empty()) {
    // Without the rc files of anybody; dash where there is no bash.
    like.argv = {"sh", "-c", "if command -v bash >/dev/null; then exec bash --norc; else exec sh; fi"};
    like.environment["PS1"] = fmt::format("[kjx {}] $PWD $ ", name);
  }
  like.input.clear();
  return like;
}

}  // namespace kjx::step
