// What is told of an image beside it. All of it is known once the image is planned: the actions below only put digests
// to it.
#include "provenance/provenance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "kernel/kernel.h"
#include "plan/context.h"
#include "plan/debian.h"
#include "source/source.h"

namespace kjx::plan {

namespace {

using nlohmann::json;

// Programs of Debian's that outputs carry along, so that firmware can start them.
struct BootProgram {
  std::string_view package;
  std::string_view license;
  bool separate;  // only where the initramfs lies beside the kernel
};
constexpr std::array boot_programs{BootProgram{"isolinux", "GPL-2.0-or-later", false},
                                   BootProgram{"syslinux", "GPL-2.0-or-later", false},
                                   BootProgram{"systemd-boot-efi", "LGPL-2.1-or-later", true}};

// Where the release's target finds what the graph makes.
struct Told {
  std::string action;
  std::string output;
  std::string extension;
};

class ProvenancePlan {
 public:
  ProvenancePlan(Context& context, const recipe::Recipe& image, const std::vector<std::string>& packages,
                 const KernelActions* kernel, const std::vector<std::string>& outputs)
      : context_(context), image_(image), packages_(packages), kernel_(kernel), outputs_(outputs) {
    const auto& actions = context_.graph.actions;
    for (std::size_t i = 0; i < actions.size(); ++i) index_[actions[i].name] = i;
    for (const auto& file : context_.graph.exports) exports_[file.path] = file;
  }

  void run() {
    find_closure();
    find_components();
    plan_sbom();
    plan_licenses();
    plan_statement();
    plan_sums();
    add_target();
  }

 private:
  [[nodiscard]] std::string named(std::string_view part) const { return image_.name + "." + std::string(part); }

  [[nodiscard]] const graph::Action& action(const std::string& name) const {
    return context_.graph.actions[index_.at(name)];
  }

  // --- what belongs to the image ---

  void find_closure() {
    std::vector<std::string> left;
    for (const auto& path : outputs_) left.push_back(exports_.at(path).action);
    while (!left.empty()) {
      const auto name = left.back();
      left.pop_back();
      if (!closure_.insert(name).second) continue;
      for (const auto& input : action(name).inputs) left.push_back(input.producer);
      // An input of theirs once everything is planned.
      if (index_.contains(std::string(tool_root_name)) && !action(name).tools.empty())
        left.emplace_back(tool_root_name);
    }
  }

  // The image's packages and what they are built with, in turn; the kernel first.
  void find_components() {
    if (kernel_ != nullptr) {
      const auto& recipe = context_.recipes.kernels.at(*image_.record.text("kernel"));
      add_component(kernel_->prefix, recipe, kernel_->stage1, {kernel_->modules, "modules"});
    }
    std::set<std::string> all;
    for (const auto& name : packages_) add_needed(name, all);
    for (const auto& name : all) {
      const bool part = std::ranges::find(packages_, name) != packages_.end();
      add_component(name, context_.recipes.packages.at(name), name, {part ? name : std::string(), "tree"});
    }
    add_boot_programs();
  }

  void add_boot_programs() {
    std::map<std::string, json> found;
    for (const auto& path : outputs_) {
      const auto& maker = action(exports_.at(path).action);
      for (const auto& [package, license, separate] : boot_programs) {
        const auto version = version_for(maker, package);
        if (version.empty() || (separate && !maker.description.value("separate", false))) continue;
        found[std::string(package)] = boot_program(package, license, version);
      }
    }
    for (auto& [name, said] : found) components_.push_back({std::move(said), {}, {}, {}, {}});
  }

  // The tool root's packages; nothing where the host's are taken.
  [[nodiscard]] const recipe::LockedClosure* tool_root() const {
    const auto& closures = context_.recipes.lock.closures;
    const auto found = closures.find(tool_root_name);
    return *context_.options.pinned_tools && found != closures.end() ? &found->second : nullptr;
  }

  // The version of a package whose programs the action runs; empty when it runs none of it.
  [[nodiscard]] std::string version_for(const graph::Action& maker, std::string_view package) const {
    if (std::ranges::find(maker.tools, package) == maker.tools.end()) return {};
    if (const auto* root = tool_root()) {
      const auto* locked = root->find(package);
      return locked == nullptr ? "" : locked->version;
    }
    const auto versions = maker.description.value("tool_versions", json::object());
    const auto text = versions.value(std::string(package), "");
    return text.substr(0, text.find(' '));
  }

  static json boot_program(std::string_view package, std::string_view license, const std::string& version) {
    const json fields{{"package", package}, {"version", version}};
    return {{"name", package},
            {"version", version},
            {"license", license},
            {"home", ""},
            {"boot", true},
            {"source", {{"from", json::array({{{"kind", "debian-binary"}, {"fields", fields}}})}}},
            {"build", json::array()},
            {"target", json::array()}};
  }

  void add_needed(const std::string& name, std::set<std::string>& all) const {
    if (!all.insert(name).second) return;
    for (const auto* kind : {"build", "target"}) {
      for (const auto& other : needs(context_.recipes.packages.at(name), kind)) add_needed(other, all);
    }
  }

  static std::vector<std::string> needs(const recipe::Recipe& recipe, std::string_view kind) {
    std::vector<std::string> names;
    const auto* depends = recipe.record.has("depends") ? recipe.record.record("depends") : nullptr;
    if (depends == nullptr) return names;
    for (const auto& name : depends->list(kind)) names.push_back(*name);
    return names;
  }

  struct Part {
    std::string action;  // empty: nothing of it is in the image
    std::string output;
  };

  struct Component {
    json said;
    Part part;
    std::string build;                        // the action that builds it
    std::optional<graph::Input> source;       // nothing: it has none
    std::vector<Located<std::string>> texts;  // the licence files that the recipe names
  };

  void add_component(const std::string& name, const recipe::Recipe& recipe, const std::string& build, Part part) {
    const auto& record = recipe.record;
    Component component{{{"name", name},
                         {"version", *record.text("version")},
                         {"license", *record.text("license")},
                         {"home", *record.text("home")},
                         {"build", needs(recipe, "build")},
                         {"target", needs(recipe, "target")}},
                        std::move(part),
                        build,
                        {},
                        record.list("license-files")};
    if (const auto closure = context_.recipes.lock.closures.find(name);
        closure != context_.recipes.lock.closures.end()) {
      for (const auto& each : closure->second.packages) {
        component.said["debs"].push_back({{"name", each.name},
                                          {"version", each.version},
                                          {"architecture", each.architecture},
                                          {"sha256", each.sha256.hex()}});
      }
    }
    for (const auto& input : action(build).inputs) {
      if (input.slot == "source" || input.slot == "source-tree") component.source = input;
    }
    if (component.source) component.said["source"] = source_json(action(component.source->producer));
    components_.push_back(std::move(component));
  }

  static json source_json(const graph::Action& from) {
    if (from.kind == source::local_action().name) return {{"path", from.description.at("path")}};
    return {{"sha256", from.description.at("sha256")}, {"from", from.description.at("from")}};
  }

  // --- the actions ---

  // What all of them say.
  [[nodiscard]] json described() const {
    return {{"distro", context_.recipes.distro.name},
            {"version", *context_.recipes.distro.record.text("version")},
            {"image", image_.name},
            {"kjx", context_.options.version}};
  }

  static std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  void add_outputs(graph::Action& added, const std::string& prefix) const {
    for (const auto& path : outputs_) {
      const auto& file = exports_.at(path);
      added.inputs.push_back({prefix + file_name(path), file.action, file.output});
    }
  }

  graph::Action& add(const work::Kind& kind, std::string_view part, json description, const std::string& output,
                     std::string_view summary) {
    auto& added = context_.add(kind, named(part), std::move(description), image_.where);
    added.outputs = {output};
    added.summary = fmt::format("{}: {}", image_.name, summary);
    return added;
  }

  void plan_sbom() {
    auto description = described();
    auto& said = description["components"] = json::array();
    for (const auto& component : components_) {
      said.push_back(component.said);
      said.back()["part"] = !component.part.action.empty();
    }
    auto& sbom = add(provenance::sbom_action(), "sbom", std::move(description), "sbom", "list what is in it");
    sbom.inputs.push_back({"root", named("root"), "root"});
    for (const auto& component : components_) {
      if (component.part.action.empty()) continue;
      sbom.inputs.push_back(
          {"part/" + component.said.at("name").get<std::string>(), component.part.action, component.part.output});
      add_debs(component.said.at("name").get<std::string>(), component, sbom);
    }
    add_outputs(sbom, "file/");
  }

  void plan_licenses() {
    json components = json::array();
    for (const auto& component : components_) {
      components.push_back(component.said);
      components.back()["files"] = json_of(component.texts);
      components.back()["strip"] =
          component.build.empty() ? 1 : action(component.build).description.value("source_strip", 1);
    }
    auto& licenses = add(provenance::licenses_action(), "licenses", {{"components", std::move(components)}}, "licenses",
                         "collect the licences");
    for (const auto& component : components_) add_license_source(component, licenses);
  }

  void add_license_source(const Component& component, graph::Action& licenses) const {
    const auto name = component.said.at("name").get<std::string>();
    for (const auto& text : component.texts)
      licenses.locations[fmt::format("license-files/{}/{}", name, *text)] = text.where;
    add_debs(name, component, licenses);
    if (!component.source) return;
    licenses.inputs.push_back({(component.source->output == "tree" ? "source-tree/" : "source/") + name,
                               component.source->producer, component.source->output});
    for (auto file : action(component.build).files) {
      if (!file.slot.starts_with("patch/")) continue;
      file.slot.insert(file.slot.find('/'), "/" + name);
      licenses.files.push_back(std::move(file));
    }
  }

  // What a package made of Debian's consists of.
  void add_debs(const std::string& name, const Component& component, graph::Action& to) const {
    constexpr std::string_view prefix = "deb.";
    if (component.build.empty()) return;
    for (const auto& input : action(component.build).inputs) {
      if (input.slot.starts_with(prefix))
        to.inputs.push_back({"deb/" + name + "/" + input.slot.substr(prefix.size()), input.producer, input.output});
    }
  }

  void plan_statement() {
    auto description = described();
    description["target"] = context_.target.name;
    description["sandbox"] = context_.options.sandbox_name;
    description["toolroot"] = *context_.options.pinned_tools ? "pinned" : "host";
    description["graph"] = graph_digest().hex();
    description["sources"] = json::array();
    std::vector<graph::Input> trees;
    for (const auto& name : closure_) add_source(action(name), description["sources"], trees);
    description["tools"] = tools();
    auto& statement =
        add(provenance::statement_action(), "statement", std::move(description), "statement", "say how it was made");
    statement.inputs = std::move(trees);
    add_outputs(statement, "subject/");
  }

  static void add_source(const graph::Action& each, json& sources, std::vector<graph::Input>& trees) {
    const bool local = each.kind == source::local_action().name;
    if (!local && each.kind != source::fetch_action().name) return;
    sources.push_back({{"name", each.name}, {"source", source_json(each)}});
    if (local) trees.push_back({"source/" + each.name, each.name, each.outputs.front()});
  }

  // The tool root's packages, or programs of the host's, from what each action says of its tools: "1.2 libx=3 liby=4"
  // of package x.
  [[nodiscard]] json tools() const {
    if (const auto* root = tool_root()) return tools_of(*root);
    std::map<std::string, std::string> versions;
    for (const auto& name : closure_) {
      const auto said = action(name).description.value("tool_versions", json::object());
      for (const auto& [package, text] : said.items()) add_tool(package, text.get<std::string>(), versions);
    }
    json all = json::array();
    for (const auto& [package, version] : versions) all.push_back({{"name", package}, {"version", version}});
    return all;
  }

  static json tools_of(const recipe::LockedClosure& root) {
    json all = json::array();
    for (const auto& package : root.packages) {
      all.push_back({{"name", package.name}, {"version", package.version}, {"sha256", package.sha256.hex()}});
    }
    return all;
  }

  static void add_tool(const std::string& package, const std::string& text,
                       std::map<std::string, std::string>& versions) {
    std::istringstream words(text);
    std::string word;
    words >> versions[package];
    while (words >> word) {
      if (const auto equals = word.find('='); equals != std::string::npos)
        versions[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }

  // Over everything that led to the image, but for where signatures come from: whoever rebuilds a release without its
  // key does the same work.
  [[nodiscard]] Digest graph_digest() const {
    Sha256 sha;
    for (const auto& name : closure_) {
      auto known = context_.digests.find(name);
      // An image's actions are whole when its papers are planned, and most are those of the image before.
      if (known == context_.digests.end()) known = context_.digests.emplace(name, summed_up(action(name))).first;
      sha.update(known->second.hex());
    }
    return sha.finish();
  }

  static Digest summed_up(const graph::Action& action) {
    if (action.kind != kernel::sign_action().name) return digest_of(graph::action_text(action));
    auto without = action;
    without.description.erase("detached");
    without.files.clear();
    return digest_of(graph::action_text(without));
  }

  void plan_sums() {
    auto& sums = add(provenance::sums_action(), "sums", json::object(), "sums", "sum up its files");
    add_outputs(sums, "file/");
    for (const auto& each : told()) {
      if (each.action == sums.name) continue;
      sums.inputs.push_back({fmt::format("file/{}.{}", image_.name, each.extension), each.action, each.output});
    }
  }

  // --- what a person can ask for ---

  [[nodiscard]] std::vector<Told> told() const {
    return {{named("sbom"), "sbom", "spdx.json"},
            {named("statement"), "statement", "provenance.json"},
            {named("sums"), "sums", "SHA256SUMS"}};
  }

  void add_target() {
    graph::Target target{named("release"), {named("licenses")}, outputs_};
    for (const auto& each : told()) {
      const auto path = fmt::format("images/{}.{}", image_.name, each.extension);
      context_.graph.exports.push_back({each.action, each.output, path});
      target.exports.push_back(path);
    }
    if (kernel_ != nullptr) target.actions.push_back(kernel_->modules);
    context_.graph.targets.push_back(std::move(target));
  }

  Context& context_;
  const recipe::Recipe& image_;
  const std::vector<std::string>& packages_;
  const KernelActions* kernel_;
  const std::vector<std::string>& outputs_;
  std::map<std::string, std::size_t> index_;  // of the graph's actions: what this phase adds moves them
  std::map<std::string, graph::Export> exports_;
  std::set<std::string> closure_;  // names of the actions that lead to the image's files
  std::vector<Component> components_;
};

}  // namespace

void plan_provenance(Context& context, const recipe::Recipe& image, const std::vector<std::string>& packages,
                     const KernelActions* kernel, const std::vector<std::string>& outputs) {
  // A graph with holes is refused anyway.
  if (outputs.empty() || !context.diagnostics.empty()) return;
  ProvenancePlan(context, image, packages, kernel, outputs).run();
}

}  // namespace kjx::plan
