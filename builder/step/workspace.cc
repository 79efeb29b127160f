#include "step/workspace.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"

namespace kjx::step {

namespace fs = std::filesystem;

fs::path Workspace::action_file(std::string_view action) const {
  return out_ / "actions" / fmt::format("{}.json", action);
}

fs::path Workspace::result_file(std::string_view action) const {
  return out_ / "results" / fmt::format("{}.json", action);
}

fs::path Workspace::log_file(std::string_view action) const { return out_ / "logs" / fmt::format("{}.log", action); }

fs::path Workspace::made_file(std::string_view action) const { return out_ / "made" / fmt::format("{}.json", action); }

fs::path Workspace::failed_folder(std::string_view action) const { return out_ / "failed" / action; }

graph::Action Workspace::action(std::string_view name) const {
  const fs::path folder = out_ / "actions";
  try {
    return graph::parse_action(read_file(action_file(name)), read_file(folder / fmt::format("{}.where.json", name)));
  } catch (const IoError& error) {
    throw Failure(Diagnostic{Kind::graph,
                             {},
                             fmt::format("the action '{}' is not planned ({})", name, error.what()),
                             "run `kjx gen` to write the plan again"});
  }
}

std::optional<Result> Workspace::result(std::string_view action) const {
  std::error_code error;
  const fs::path file = result_file(action);
  return fs::is_regular_file(file, error) ? parse_result(read_file(file)) : std::nullopt;
}

bool Workspace::save(std::string_view action, const Result& result) const {
  commit_point("step.before-result");
  const bool changed = write_file_if_changed(result_file(action), result_text(result));
  commit_point("step.after-result");
  return changed;
}

void Workspace::note_made(const graph::Made& made) const {
  const fs::path file = made_file(made.action.name);
  std::error_code error;
  const auto before = fs::is_regular_file(file, error) ? read_file(file) : std::string();
  if (!write_file_if_changed(file, graph::made_text(made, before)))
    fs::last_write_time(file, fs::file_time_type::clock::now(), error);
}

std::optional<graph::MadeHistory> Workspace::made(std::string_view action) const {
  std::error_code error;
  const fs::path file = made_file(action);
  return fs::is_regular_file(file, error) ? graph::parse_made(read_file(file)) : std::nullopt;
}

void Workspace::keep_failed(std::string_view action, const fs::path& folder) const {
  const fs::path kept = failed_folder(action);
  remove_tree(kept);
  std::error_code error;
  fs::create_directories(kept.parent_path(), error);
  fs::rename(folder, kept, error);
  if (!error) return;
  // The store may be on another file system.
  fs::copy(folder, kept, fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
  remove_tree(folder);
}

void Workspace::forget_failed(std::string_view action) const { remove_tree(failed_folder(action)); }

}  // namespace kjx::step
