// work::Work for an action that really runs: its folders, its sandbox, its log.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>

#include "graph/graph.h"
#include "step/action_key.h"
#include "step/chroot_root.h"
#include "step/job_client.h"
#include "step/limits.h"
#include "step/log.h"
#include "step/result.h"
#include "step/sandbox.h"
#include "work/work.h"

namespace kjx::step {

// What an action runs in. Everything is borrowed.
struct Surroundings {
  store::Store& store;
  JobClient* jobs = nullptr;  // nothing: no server
  SandboxMode sandbox = SandboxMode::bubblewrap;
  int cores = 1;
  std::filesystem::path varied{};  // `kjx verify`: a folder laid over the sandbox; empty for everybody else
  // Tests of `kjx verify`: variables of the caller's that reach actions ("TZ"); "umask": so does the umask.
  std::vector<std::string> holes{};
  std::filesystem::path program{};  // this kjx, whose verb `inside` is run in a chroot
  Limits limits = default_limits();
  std::filesystem::path trace{};   // where paths are noted that programs look for in vain; empty: nowhere
  std::size_t failed_program = 0;  // with a trace: the number of the program for which it is made
};

// A program that ended by itself, and wrongly (one that was killed says nothing of what it wanted). `number`: it was
// the action's first, second ...
class ProgramFailure : public Failure {
 public:
  ProgramFailure(Diagnostic diagnostic, std::size_t which) : Failure(std::move(diagnostic)), number(which) {}
  std::size_t number;
};

// Thrown out of an action that is traced when the program that had failed does not fail now: nothing it makes is taken.
class DidNotFail : public std::exception {};

class RealWork : public work::Work {
 public:
  // `folder` is the action's own, empty, in the store's tmp(). `inputs` in the action's order.
  RealWork(const graph::Action& action, InputDigests inputs, std::filesystem::path folder, Log& log,
           Surroundings surroundings);

  [[nodiscard]] const nlohmann::json& description() const override { return action_.description; }
  [[nodiscard]] std::string name() const override { return action_.name; }
  // The description's "epoch"; work::source_mtime when it has none.
  [[nodiscard]] std::int64_t epoch() const override;
  [[nodiscard]] Location where(std::string_view topic) const override;

  [[nodiscard]] bool has_input(std::string_view slot) const override;
  [[nodiscard]] Digest input(std::string_view slot) const override;
  [[nodiscard]] std::vector<std::pair<std::string, Digest>> inputs(std::string_view prefix) const override;
  [[nodiscard]] std::string file(std::string_view slot) override;
  // Copies in the action's own folder, of the bytes that the plan saw: what the author changes meanwhile does not get
  // in. An action that runs always sees the author's own files and folders, whatever they hold.
  [[nodiscard]] std::vector<NamedFile> files(std::string_view prefix) const override;
  [[nodiscard]] std::filesystem::path secret(std::string_view slot) const override;
  [[nodiscard]] store::Store& store() override { return surroundings_.store; }
  [[nodiscard]] std::filesystem::path source_tree(const Digest& archive, int strip,
                                                  const std::vector<std::string>& patch_slots) override;

  [[nodiscard]] std::filesystem::path folder(std::string_view name) override;
  void mount(work::Mount mount) override { sandbox_.add(std::move(mount)); }
  void run(const work::Run& run) override;
  Outcome try_run(const work::Run& run) override;
  // Runs a program for a person: at a terminal tied to the caller's, where that is one, else with the caller's own
  // streams. Nothing is limited, and nothing logged. Its exit code.
  int enter(const work::Run& run);
  void log(std::string_view line) override { log_.line(line); }
  using work::Work::progress;
  void progress(std::uint64_t done, std::uint64_t total, std::string_view what, work::Unit unit) override;
  // So far.
  [[nodiscard]] std::uint64_t objects() const { return objects_; }

  using work::Work::output;
  void output(std::string_view name, const Digest& blob) override;

  // What the action gave. Throws Failure (graph) when it is not what it had declared.
  [[nodiscard]] Result result();

 private:
  [[nodiscard]] const graph::File& file_at(std::string_view slot) const;
  [[nodiscard]] std::string checked_bytes(const graph::File& file) const;
  [[nodiscard]] std::filesystem::path checked_copy(const graph::File& file) const;
  Exit execute(const work::Run& run, const Sandbox& sandbox, const std::function<void(std::string_view)>& on_output);
  void prepare(Sandbox& sandbox);
  Exit run_enclosed(const Sandbox& sandbox, const Command& command);
  [[nodiscard]] std::filesystem::path tools();
  int apply_patch(const std::filesystem::path& tree, const std::filesystem::path& patch, std::string& output);
  [[nodiscard]] std::vector<std::filesystem::path> written_folders() const;
  void provide_terminal(Sandbox& sandbox, std::map<std::string, std::string>& variables);
  void note_failed(const work::Run& run) const;
  [[noreturn]] void fail(const work::Run& run, const Exit& exit) const;

  const graph::Action& action_;
  InputDigests inputs_;
  std::filesystem::path folder_;
  Log& log_;
  Surroundings surroundings_;
  Sandbox sandbox_;
  std::size_t programs_ = 0;          // how many were run
  std::filesystem::path tools_;       // the tool root, once it is there
  std::optional<ChrootRoot> chroot_;  // laid out by the first program
  Result result_;
  std::chrono::steady_clock::time_point last_progress_{};
  std::uint64_t objects_ = 0;
};

// How errors call the action: its summary, or its name when it has none.
[[nodiscard]] std::string shown_name(const graph::Action& action);

}  // namespace kjx::step
