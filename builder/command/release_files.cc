#include "command/release_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "kernel/kernel.h"
#include "step/kinds.h"
#include "step/runner.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

class ReleaseParts {
 public:
  ReleaseParts(const Workspace& workspace, const plan::Plan& plan)
      : plan_(plan),
        out_(workspace.out),
        store_(workspace.store),
        runner_(out_, {.store = store_, .sandbox = workspace.sandbox, .cores = cores(), .program = workspace.program},
                step::find_kind) {}

  std::map<std::string, Digest> files(const recipe::Recipe& image) {
    const auto& target = release_target(plan_, image);
    for (const auto& path : target.exports) add_export(path);
    for (const auto& name : target.actions) add_action(*plan_.graph.find(name));
    return std::move(files_);
  }

 private:
  static int cores() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

  void add_export(const std::string& path) {
    const auto file = std::ranges::find(plan_.graph.exports, path, &graph::Export::path);
    const auto name = fs::path(path).filename().string();
    if (!name.ends_with(sums_file)) add_output(file->action, file->output, name);
  }

  // What is no single file of the image's: licences; signatures, with the certificate that they were made for.
  void add_action(const graph::Action& action) {
    for (const auto* tree : {"licenses", "signatures"}) {
      if (std::ranges::find(action.outputs, tree) != action.outputs.end()) add_output(action.name, tree, tree);
    }
    if (action.kind != kernel::sign_action().name) return;
    for (const auto& input : action.inputs) {
      if (input.slot == "certificate") add_output(input.producer, input.output, "certificate.pem");
    }
  }

  void add_output(const std::string& action, const std::string& output, const std::string& name) {
    runner_.with_result(action, [&](const step::Result& result) {
      const Digest& digest = result.outputs.at(output);
      if (!result.trees.contains(output)) {
        (void)store_.path_of(digest);
        files_[name] = digest;
        return;
      }
      const store::Manifest tree = store_.manifest(digest);
      for (const store::Entry& entry : tree.entries()) {
        if (entry.type != store::Entry::Type::file) continue;
        (void)store_.path_of(entry.digest);
        files_[name + "/" + entry.path] = entry.digest;
      }
    });
  }

  const plan::Plan& plan_;
  step::Workspace out_;
  store::Store store_;
  step::Runner runner_;
  std::map<std::string, Digest> files_;
};

Failure no_release(const fs::path& folder, std::string_view why) {
  return Failure(Diagnostic{
      Kind::usage, {}, fmt::format("{} is no release: {}", folder.string(), why), "`kjx release --to DIR` writes one"});
}

}  // namespace

const graph::Target& release_target(const plan::Plan& plan, const recipe::Recipe& image) {
  const auto found = std::ranges::find(plan.graph.targets, image.name + ".release", &graph::Target::name);
  if (found != plan.graph.targets.end()) return *found;
  throw Failure(Diagnostic{Kind::usage, image.where,
                           fmt::format("image '{}' has no outputs, so there is nothing to release", image.name),
                           "its recipe names them: `outputs: [iso]`"});
}

std::map<std::string, Digest> made_for_release(const Workspace& workspace, const plan::Plan& plan,
                                               const recipe::Recipe& image) {
  return ReleaseParts(workspace, plan).files(image);
}

std::string sums_text(const std::map<std::string, Digest>& files) {
  std::string text;
  for (const auto& [name, digest] : files) text += fmt::format("{}  {}\n", digest.hex(), name);
  return text;
}

std::map<std::string, Digest> read_sums(const fs::path& folder) {
  if (!fs::is_regular_file(folder / sums_file)) throw no_release(folder, fmt::format("it has no {}", sums_file));
  std::map<std::string, Digest> files;
  std::istringstream lines(read_file(folder / sums_file));
  for (std::string line; std::getline(lines, line);) {
    const auto digest = Digest::parse(line.substr(0, 64));
    if (!digest || line.size() < 67 || !store::valid_path(line.substr(66)))
      throw no_release(folder, fmt::format("its {} has the line '{}'", sums_file, line.substr(0, 100)));
    files[line.substr(66)] = *digest;
  }
  for (const auto& [name, digest] : files) {
    if (fs::is_regular_file(folder / name) && digest_of_file(folder / name) == digest) continue;
    throw Failure(Diagnostic{Kind::wrong_digest,
                             {},
                             fmt::format("{} is not the file that {} names", (folder / name).string(), sums_file),
                             "the release is damaged: get it anew"});
  }
  return files;
}

}  // namespace kjx::command
