#include "command/release_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "command/command.h"
#include "command/graph_files.h"
#include "command/layer_identity.h"
#include "command/machine.h"
#include "command/release_files.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

using Sums = std::map<std::string, Digest>;

nlohmann::json read_release(const fs::path& folder, const Sums& published) {
  const auto release = published.contains(release_file)
                           ? nlohmann::json::parse(read_file(folder / release_file), nullptr, false)
                           : nlohmann::json();
  if (release.is_object() && release.value("image", nlohmann::json()).is_string()) return release;
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("{} names no image", (folder / release_file).string()),
                           "`kjx release --to DIR` writes a whole one"});
}

// One line of the table: a file, or a folder's files that all ended alike.
struct ReleaseRow {
  std::string name;
  std::string ending;  // "equal", "differs" ...
  std::size_t files = 1;
};

class ReleaseComparison {
 public:
  ReleaseComparison(const Sums& published, const Sums& made) {
    for (const auto& [name, digest] : published) {
      if (name == release_file || name == lock_copy) continue;  // of the workspace, not of the build
      const auto other = made.find(name);
      add(name, other == made.end() ? "was not made" : other->second == digest ? "equal" : "differs");
    }
    for (const auto& [name, digest] : made) {
      if (!published.contains(name)) add(name, "was not published");
    }
  }

  void print(std::ostream& out) const {
    std::size_t width = 0;
    for (const auto& row : rows_) width = std::max(width, shown(row).size());
    for (const auto& row : rows_) out << fmt::format("{:<{}}  {}\n", shown(row), width, row.ending);
    out << fmt::format("{} equal, {} not\n", equal_, different_);
  }

  [[nodiscard]] bool equal() const { return different_ == 0; }

 private:
  void add(const std::string& name, const std::string& ending) {
    const bool good = ending == "equal";
    ++(good ? equal_ : different_);
    const auto slash = name.find('/');
    const auto folder = name.substr(0, slash == std::string::npos ? 0 : slash + 1);
    if (good && !folder.empty() && !rows_.empty() && rows_.back().name == folder) {
      ++rows_.back().files;
    } else {
      rows_.push_back({good && !folder.empty() ? folder : name, ending});
    }
  }

  static std::string shown(const ReleaseRow& row) {
    return row.name.ends_with('/') ? fmt::format("{} ({} files)", row.name, row.files) : row.name;
  }

  std::vector<ReleaseRow> rows_;
  std::size_t equal_ = 0;
  std::size_t different_ = 0;
};

// Where a difference may come from, first of all.
void tell_layers(const nlohmann::json& release, const nlohmann::json& here) {
  const auto there = release.value("layers", nlohmann::json());
  if (there == here) return;
  std::cerr << fmt::format("the recipes are not those of the release: there {}, here {}\n", there.dump(), here.dump());
}

// A release is looked at before it is used: what lies in it may be anybody's.
Workspace workspace_for(const Shared& shared, const fs::path& folder, const Sums& published) {
  auto workspace = find_workspace(shared);
  if (shared.out.empty()) workspace.out /= "rebuild";
  if (published.contains("certificate.pem")) workspace.release = folder;
  return workspace;
}

}  // namespace

int verify_release(BuildOptions asked, const fs::path& folder) {
  const auto published = read_sums(folder);
  const auto release = read_release(folder, published);
  const auto workspace = workspace_for(asked.shared, folder, published);
  const auto plan = write_graph(workspace);
  const auto& image = image_asked(plan.recipes, release.at("image").get_ref<const std::string&>());
  asked.targets = {release_target(plan, image).name};
  if (const int code = build_targets(asked, workspace); code != exit_ok) return code;

  const ReleaseComparison comparison(published, made_for_release(workspace, plan, image));
  comparison.print(std::cout);
  if (comparison.equal()) return exit_ok;
  tell_layers(release, layer_identity(workspace, plan.recipes));
  return exit_failed;
}

}  // namespace kjx::command
