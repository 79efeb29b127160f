// From an action's name to its result: the store first, then the action's code; and whatever is missing is made again.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "step/real_work.h"
#include "step/workspace.h"

namespace kjx::step {

class Runner {
 public:
  using FindKind = std::function<const work::Kind*(std::string_view name)>;

  Runner(const Workspace& workspace, Surroundings surroundings, FindKind find_kind)
      : workspace_(workspace), surroundings_(std::move(surroundings)), find_kind_(std::move(find_kind)) {}

  // Makes the action's result be in the store and in out/results. A blob that turns out to be missing on the way has
  // its producer run again, here and now, and so on down. Throws Failure, IoError.
  Result make(const std::string& name);

  // Hands out an action as its code would get it, everything that it reads having been made; nothing of it is kept. A
  // blob that `use` finds missing is made again first.
  using Use = std::function<void(const graph::Action& action, const InputDigests& inputs, const work::Kind& kind)>;
  void lend(const std::string& name, const Use& use);

  // The result's digest of one output, made now if need be.
  [[nodiscard]] Digest output_of(const std::string& name, const std::string& output);

  // Calls `use`; a blob of the action's own result that it finds missing is made again first.
  void with_result(const std::string& name, const std::function<void(const Result&)>& use);

 private:
  Result once(const graph::Action& action);
  [[nodiscard]] InputDigests inputs_of(const graph::Action& action);
  [[nodiscard]] Result result_of(const std::string& producer);
  [[nodiscard]] std::optional<Result> look_up(const Digest& key);
  // As look_up(), for an action whose kind wants to see a result before it is taken: nothing when it is not.
  [[nodiscard]] std::optional<Result> trusted(const graph::Action& action, const InputDigests& inputs,
                                              const Digest& key);
  Result perform(const graph::Action& action, const InputDigests& inputs);
  Result attempt(const graph::Action& action, const InputDigests& inputs, const std::filesystem::path& folder);
  // Runs an action that failed once more, watched, and adds to its message what it looked for outside.
  void explain(const graph::Action& action, const InputDigests& inputs, ProgramFailure& failure) const;
  // Runs the producers of all inputs that are not whole, and of whatever holds `missing`. Whether there was one.
  bool restore(const graph::Action& action, const Digest& missing);
  [[nodiscard]] bool lost(const graph::Input& input, const Digest& missing);
  // Adds to the message what every failing step says: artifact, recipe line, log; and keeps its folder.
  void keep(const graph::Action& action, const std::filesystem::path& folder, Failure& failure) const;
  void tell(const graph::Action& action, Event::Type type) const;
  struct End {
    bool cached;
    bool same;
    std::uint64_t objects;
  };
  void tell_end(const graph::Action& action, const End& end) const;
  // Of its programs' lines, where somebody wants them.
  [[nodiscard]] Log::Listener listener(const graph::Action& action) const;
  void tell_doubt(const graph::Action& action, std::string_view why) const;
  void tell_waiting(const graph::Action& action, std::string_view holder) const;

  const Workspace& workspace_;
  Surroundings surroundings_;
  FindKind find_kind_;
  std::uint64_t objects_ = 0;  // that the last action compiled
};

}  // namespace kjx::step
