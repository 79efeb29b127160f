#include "plan/context.h"

#include <fmt/format.h>

#include "plan/debian.h"
#include "source/source.h"

namespace kjx::plan {

graph::Action& Context::add(const work::Kind& kind, std::string name, nlohmann::json description,
                            const Location& where) {
  graph::Action action;
  action.name = std::move(name);
  action.kind = kind.name;
  action.revision = kind.revision;
  action.description = std::move(description);
  action.description["epoch"] = epoch;
  action.tools.assign(kind.tools.begin(), kind.tools.end());
  // Programs of the host run in these: which ones, and how far apart from the host, is part of what they make.
  if (!kind.tools.empty()) {
    action.description["tool_versions"] =
        *options.pinned_tools ? locked_tools(recipes.lock, action.tools) : tools.versions(action.tools);
    action.description["sandbox"] = options.sandbox;
  }
  action.summary = action.name;
  action.where = where;
  graph.actions.push_back(std::move(action));
  return graph.actions.back();
}

nlohmann::json json_of(const std::vector<Located<std::string>>& list) {
  auto json = nlohmann::json::array();
  for (const auto& item : list) json.push_back(*item);
  return json;
}

graph::File file_of(std::string slot, const recipe::DataFile& file) {
  return {std::move(slot), file.path, file.digest, file.executable};
}

Location whole_file(const recipe::DataFile& file) {
  return {std::make_shared<SourceText>(SourceText{file.shown, ""}), 0, 0, 1};
}

namespace {

nlohmann::json alternatives_json(const recipe::Recipe& recipe, const schema::Record& source) {
  auto from = nlohmann::json::array();
  for (const auto& choice : source.choices("from")) {
    auto fields = choice.record.json();
    if (*choice.name == "local")
      fields["path"] = (recipe.folder / fields["path"].get<std::string>()).lexically_normal().string();
    from.push_back({{"kind", *choice.name}, {"fields", std::move(fields)}});
  }
  return from;
}

SourceOutput add_local(Context& context, const std::string& owner, const std::filesystem::path& path,
                       const std::string& shown, const Location& where) {
  const bool folder = std::filesystem::is_directory(path);
  const std::string output = folder ? "tree" : "file";
  auto& action = context.add(source::local_action(), owner + ".source", {{"path", shown}, {"output", output}}, where);
  action.always = true;
  action.files.push_back({"local", path, {}, false});
  action.outputs = {output};
  action.summary = fmt::format("{}: look at {}", owner, shown);
  return {action.name, output};
}

}  // namespace

SourceOutput add_source(Context& context, const std::string& owner, const recipe::Recipe& recipe,
                        const schema::Record& source) {
  context.sources_of.insert(owner);
  if (const auto over = context.options.override_sources.find(owner); over != context.options.override_sources.end()) {
    return add_local(context, owner, over->second, over->second.filename().string(), source.where);
  }
  const auto sha256 = source.text("sha256");
  const auto from = source.choices("from");
  if (sha256->empty()) {
    if (from.size() == 1 && *from.front().name == "local") {
      const auto path = from.front().record.text("path");
      return add_local(context, owner, (recipe.folder / *path).lexically_normal(), *path, path.where);
    }
    context.diagnostics.add({Kind::missing_key, source.where, fmt::format("the source of '{}' has no sha256", owner),
                             "only a single `local` source may leave its digest out"});
    return {owner + ".source", "file"};
  }
  if (const auto known = context.fetches.find(*sha256); known != context.fetches.end()) return {known->second, "file"};
  const auto name = fmt::format("{} {}", owner, *recipe.record.text("version"));
  auto& action = context.add(source::fetch_action(), owner + ".source",
                             {{"name", name}, {"sha256", *sha256}, {"from", alternatives_json(recipe, source)}},
                             source.where_of("from"));
  action.outputs = {"file"};
  action.summary = fmt::format("fetch {}", name);
  context.fetches.emplace(*sha256, action.name);
  return {action.name, "file"};
}

}  // namespace kjx::plan
