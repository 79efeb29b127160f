// What the phases of a plan share.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/tools.h"
#include "plan/plan.h"
#include "recipe/recipes.h"
#include "work/work.h"

namespace kjx::plan {

struct Context {
  Disk& disk;
  graph::Tools& tools;
  const Options& options;
  const recipe::Recipes& recipes;
  graph::Graph& graph;
  Diagnostics& diagnostics;
  const recipe::Recipe& target;
  std::int64_t epoch;
  std::map<std::string, std::string> fetches{};  // sha256 -> the action that gets it
  std::filesystem::path private_key{};           // known to the signing action only
  std::set<std::string> sources_of{};            // whose source was asked for
  std::set<std::string> debs{};                  // actions of Debian's packages so far
  std::map<std::string, Digest> digests{};       // of actions that images' papers sum up, by name

  // A new action of `kind`, described so far by name, description and place. The reference holds until the next call.
  graph::Action& add(const work::Kind& kind, std::string name, nlohmann::json description, const Location& where);
};

// The action that gets a source, and which of its outputs that is.
struct SourceOutput {
  std::string action;
  std::string output;  // "file" (an archive) or "tree"
};
SourceOutput add_source(Context& context, const std::string& owner, const recipe::Recipe& recipe,
                        const schema::Record& source);

nlohmann::json json_of(const std::vector<Located<std::string>>& list);
graph::File file_of(std::string slot, const recipe::DataFile& file);
// For errors about a file of the author's that is not YAML.
Location whole_file(const recipe::DataFile& file);

// --- the phases, in the order they run; each header comment says what holds after it ---

// Every package in `names` has an action of its own name with the output "tree".
void plan_packages(Context& context, const std::vector<std::string>& names);

// The actions of one kernel, up to the signed modules.
struct KernelActions {
  std::string prefix;  // "kernel"
  std::string source;  // an archive or a tree
  std::string source_output;
  std::string config;   // "config"
  std::string stage1;   // "objects", "modules", "release", "config"
  std::string modules;  // "modules", signed
};
KernelActions plan_kernel(Context& context, const recipe::Recipe& kernel);
// The source of a kernel, also for packages built from it.
SourceOutput plan_kernel_source(Context& context, const recipe::Recipe& kernel);
// What every action says that runs the kernel's make.
nlohmann::json make_description(const Context& context, const recipe::Recipe& kernel);
void add_patches(const Context& context, graph::Action& action);

// The signing key is found or made; its certificate is an action's output, and a part of every key that depends on it.
void plan_certificate(Context& context);
graph::Input certificate_input();
// The action that signs the modules; the only one that is told where the private key is.
void plan_signing(Context& context, const recipe::Recipe& kernel, const KernelActions& actions);

// What an image is made of is told beside it: SBOM, licences, statement, SHA256SUMS, and the target IMAGE.release for
// all of that and the image. `outputs` are the paths of its exports, which are planned.
void plan_provenance(Context& context, const recipe::Recipe& image, const std::vector<std::string>& packages,
                     const KernelActions* kernel, const std::vector<std::string>& outputs);

// The image's root, initramfs, kernel, check, outputs and targets are planned.
// `kernel` is nothing for an image without one (`kernel: none`).
void plan_image(Context& context, const recipe::Recipe& image, const KernelActions* kernel);

}  // namespace kjx::plan
