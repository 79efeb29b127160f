// What a person does in place of an action's programs: in its sandbox, with everything laid out as it has it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "step/real_work.h"
#include "step/step.h"

namespace kjx::step {

class HandWork;

struct Hands {
  // The action whose tree takes the tool root's place; empty: none does.
  std::string tools;
  // Where everything is laid out, and stays; empty: somewhere in the store, for as long as it takes.
  std::filesystem::path folder;
  // The source is a copy, FOLDER/source, that may be written: made when it is not there, left as it is otherwise.
  bool editable = false;
  bool fresh = false;  // a copy that is there is made anew, whatever was done to it
  // One of these is called, with the action's folders and mounts as they are then, and the action goes no further:
  // instead of its first program, or when it has configured its program.
  std::function<void(HandWork& work, const work::Run& first)> at_program;
  std::function<void(HandWork& work, const work::Configuration& configuration)> at_configuration;
};

// The work of such an action.
class HandWork : public RealWork {
 public:
  HandWork(const graph::Action& action, InputDigests inputs, const std::filesystem::path& folder, Log& log,
           const Surroundings& surroundings, const Hands& hands);

  [[nodiscard]] std::filesystem::path source_tree(const Digest& archive, int strip,
                                                  const std::vector<std::string>& patch_slots) override;
  void mount(work::Mount mount) override;
  void run(const work::Run& run) override;
  Outcome try_run(const work::Run& run) override;
  void configured(const work::Configuration& configuration) override;

  // Runs a program on the person's behalf, whose exit code is nobody's failure.
  Outcome help_with(const work::Run& run) { return RealWork::try_run(run); }

  // With `editable`, once the action asked for its source (empty before, and for actions that have none).
  [[nodiscard]] const std::filesystem::path& pristine() const { return pristine_; }
  [[nodiscard]] const std::filesystem::path& edited() const { return edited_; }

 private:
  [[noreturn]] void hand_over(const work::Run& run);

  const Hands& hands_;
  std::filesystem::path pristine_;
  std::filesystem::path edited_;
};

// Makes what the action reads, and hands it over. Throws Failure, among others (usage) when it never comes to what
// `hands` wait for.
void by_hand(const Options& options, const Hands& hands);

// Lays a folder of an action that was kept when it failed around a program of the person's, as it was around the one
// that failed; empty `argv`: a shell. `tell` is given the latter's command line first. Its exit code. Throws Failure
// (usage) when nothing is kept of a program.
int enter_failed(const Options& options, const std::vector<std::string>& argv,
                 const std::function<void(const work::Run& failed)>& tell);

// A shell, the best that there is where it runs; `name` is in its prompt.
[[nodiscard]] work::Run shell_for(work::Run like, const std::string& name, const std::vector<std::string>& argv);

}  // namespace kjx::step
