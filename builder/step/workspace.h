// The folder `out/` as steps see it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "graph/explain.h"
#include "graph/graph.h"
#include "step/result.h"

namespace kjx::step {

class Workspace {
 public:
  explicit Workspace(std::filesystem::path out) : out_(std::move(out)) {}

  [[nodiscard]] const std::filesystem::path& out() const { return out_; }
  [[nodiscard]] std::filesystem::path action_file(std::string_view action) const;    // actions/NAME.json
  [[nodiscard]] std::filesystem::path result_file(std::string_view action) const;    // results/NAME.json
  [[nodiscard]] std::filesystem::path log_file(std::string_view action) const;       // logs/NAME.log
  [[nodiscard]] std::filesystem::path made_file(std::string_view action) const;      // made/NAME.json
  [[nodiscard]] std::filesystem::path failed_folder(std::string_view action) const;  // failed/NAME

  // Throws Failure (graph) when its files are absent or not what `kjx gen` writes.
  [[nodiscard]] graph::Action action(std::string_view name) const;
  // Nothing when there is none (or it cannot be read: then it has to be made again).
  [[nodiscard]] std::optional<Result> result(std::string_view action) const;
  // Leaves file and time alone when the text is the same: that stops Ninja's wave. Whether it changed. Throws IoError.
  bool save(std::string_view action, const Result& result) const;

  // Of what it was made, for `kjx explain`. The file's time is the one of this call, whether its text changed or not:
  // what is older than the action's own file is to be run (step/pending.h). Throws IoError.
  void note_made(const graph::Made& made) const;
  // Nothing when it was never made here.
  [[nodiscard]] std::optional<graph::MadeHistory> made(std::string_view action) const;

  // Takes a failed action's folder out of the store's tmp for a look, in place of an earlier one.
  void keep_failed(std::string_view action, const std::filesystem::path& folder) const;
  void forget_failed(std::string_view action) const;

 private:
  std::filesystem::path out_;
};

}  // namespace kjx::step
