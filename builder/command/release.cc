#include <fmt/format.h>

#include <CLI/App.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "command/building.h"
#include "command/command.h"
#include "command/graph_files.h"
#include "command/layer_identity.h"
#include "command/machine.h"
#include "command/release_files.h"
#include "command/version.h"
#include "recipe/lock.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

// Which image it is, of what; for people, and for `kjx verify --release`.
std::string release_text(const Workspace& workspace, const plan::Plan& plan, const recipe::Recipe& image) {
  const auto& distro = plan.recipes.distro;
  const nlohmann::json release{{"distro", distro.name},
                               {"version", *distro.record.text("version")},
                               {"epoch", distro.record.number("epoch")},
                               {"image", image.name},
                               {"kjx", version},
                               {"layers", layer_identity(workspace, plan.recipes)}};
  return release.dump(1) + "\n";
}

void require_free(const fs::path& folder) {
  if (!fs::exists(folder) || (fs::is_directory(folder) && fs::is_empty(folder))) return;
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("{} is there already", folder.string()),
                           "a release is written as a whole: name a folder that is not there yet"});
}

class ReleaseFolder {
 public:
  ReleaseFolder(fs::path to, std::int64_t epoch) : to_(std::move(to)), epoch_(epoch) {
    fs::create_directories(to_.parent_path());
    draft_.emplace(to_.parent_path(), ".kjx-release");
  }

  void add(const std::string& name, const fs::path& from) {
    copy_file_whole(from, draft_->path() / name);
    date(name);
    files_[name] = digest_of_file(draft_->path() / name);
  }
  void add_text(const std::string& name, std::string_view text) {
    write_file(draft_->path() / name, text);
    date(name);
    files_[name] = digest_of(text);
  }
  // Whole, or not at all.
  void finish() {
    write_file(draft_->path() / sums_file, sums_text(files_));
    date(sums_file);
    close_folders();
    fs::remove(to_);  // empty
    fs::rename(draft_->path(), to_);
    draft_->release();
  }
  [[nodiscard]] std::size_t size() const { return files_.size() + 1; }

 private:
  // Whatever the umask is, and whenever it was.
  void close_folders() const {
    std::vector<fs::path> folders{draft_->path()};
    for (const auto& entry : fs::recursive_directory_iterator(draft_->path())) {
      if (entry.is_directory()) folders.push_back(entry.path());
    }
    for (const auto& folder : folders) {
      fs::permissions(folder, fs::perms(0755));
      set_mtime(folder, epoch_);
    }
  }

  void date(const std::string& name) const { set_mtime(draft_->path() / name, epoch_); }

  fs::path to_;
  std::int64_t epoch_;
  std::optional<TemporaryFolder> draft_;
  std::map<std::string, Digest> files_;
};

}  // namespace

int release(const Arguments& arguments) {
  BuildOptions asked;
  std::string name;
  std::string to;
  CLI::App app(
      "Builds an image and writes a folder to be published: its outputs, the certificate of its kernel, the modules' "
      "signatures, SBOM, licences, provenance, SHA256SUMS. `kjx verify --release DIR` builds it again without the "
      "key.",
      "kjx release");
  add_shared(app, asked.shared);
  add_build_options(app, asked);
  app.add_option("image", name, "an image (default: the distro's default)");
  app.add_option("--to", to, "the folder to write; it must not be there")->required();
  parse(app, arguments);

  const auto workspace = find_workspace(asked.shared);
  const auto folder = normal(to);
  require_free(folder);
  const auto plan = write_graph(workspace);
  const auto& image = image_asked(plan.recipes, name);
  asked.targets = {release_target(plan, image).name};
  if (const int code = build_targets(asked, workspace); code != exit_ok) return code;

  ReleaseFolder made(folder, plan.recipes.distro.record.number("epoch"));
  store::Store store(workspace.store);
  for (const auto& [file, digest] : made_for_release(workspace, plan, image)) made.add(file, store.path_of(digest));
  if (const auto lock = workspace.folder / recipe::lock_file; fs::exists(lock)) made.add(lock_copy, lock);
  made.add_text(release_file, release_text(workspace, plan, image));
  made.finish();
  if (!asked.quiet) std::cout << fmt::format("{}: {} files\n", folder.string(), made.size());
  return exit_ok;
}

}  // namespace kjx::command
