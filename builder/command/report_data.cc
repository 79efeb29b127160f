#include "command/report_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "command/build_memory.h"
#include "command/sizes.h"
#include "guest/contract.h"
#include "plan/contents.h"
#include "provenance/origin.h"
#include "step/workspace.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_files = 60;  // of a part

std::string text_if_there(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) ? read_file(file) : std::string();
}

std::vector<report::Data::File> largest_files(const store::Manifest& tree) {
  std::vector<report::Data::File> files;
  for (const auto& entry : tree.entries()) {
    if (entry.type == store::Entry::Type::file && entry.size > 0) files.push_back({"/" + entry.path, entry.size});
  }
  std::ranges::stable_sort(files, std::greater<>(), &report::Data::File::bytes);
  if (files.size() > most_files) files.resize(most_files);
  return files;
}

// The trees that the root is merged from.
std::map<std::string, std::vector<report::Data::File>> files_of_parts(const Workspace& workspace,
                                                                      const graph::Action* root) {
  std::map<std::string, std::vector<report::Data::File>> parts;
  if (root == nullptr || !fs::exists(workspace.store)) return parts;
  store::Store store(workspace.store);
  const step::Workspace out(workspace.out);
  for (const auto& input : root->inputs) {
    const auto result = out.result(input.producer);
    const auto output = result ? result->outputs.find(input.output) : decltype(result->outputs.end()){};
    if (result && output != result->outputs.end() && result->trees.contains(input.output) && store.has(output->second))
      parts[input.producer] = largest_files(store.manifest(output->second));
  }
  return parts;
}

report::Data::Component component_of(const nlohmann::json& said) {
  report::Data::Component component{said.value("name", ""), said.value("version", ""), said.value("license", ""), {}};
  const auto source = said.value("source", nlohmann::json::object());
  if (source.contains("path")) component.source = "the layer's folder " + source["path"].get<std::string>();
  const auto origins = provenance::origins(source);
  if (component.source.empty() && !origins.empty()) component.source = origins.front().text;
  return component;
}

}  // namespace

report::Data report_data(const Workspace& workspace, const plan::Plan& plan, const recipe::Recipe& image) {
  report::Data data;
  const auto& distro = plan.recipes.distro.record;
  data.distro = fmt::format("{} {}", *distro.text("name"), *distro.text("version"));
  data.image = image.name;
  data.summary = *image.record.text("summary");
  data.outline = graph::outline_of(plan.graph);
  data.shown = graph::needed(data.outline, {image.name});
  data.past = past_of(workspace);
  data.builds = past_builds(workspace);

  const auto sizes = sizes_of(workspace, plan.graph, image);
  data.sizes = sizes.whole;
  const auto files = files_of_parts(workspace, plan.graph.find(image.name + ".root"));
  for (const auto& [name, bytes] : sizes.parts) {
    const auto largest = files.find(name);
    data.parts.push_back({name, bytes, largest == files.end() ? std::vector<report::Data::File>{} : largest->second});
  }
  Diagnostics diagnostics;
  data.budgets =
      guest::read_contract(image.record.record("boot"), plan::image_facts(plan.recipes, image), diagnostics).sizes;
  diagnostics.checkpoint();

  data.boots = guest::parse_samples(text_if_there(workspace.folder / ".kjx/history" / (image.name + ".jsonl")));
  data.boot_chart = text_if_there(workspace.out / "test" / (image.name + ".svg"));
  if (const auto* const licenses = plan.graph.find(image.name + ".licenses"); licenses != nullptr) {
    for (const auto& said : licenses->description.at("components")) data.components.push_back(component_of(said));
  }
  return data;
}

}  // namespace kjx::command
