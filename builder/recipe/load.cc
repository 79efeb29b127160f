#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "recipe/recipes.h"
#include "yaml/node.h"

namespace kjx::recipe {

namespace fs = std::filesystem;

namespace {

// How deep files/ may nest; a link loop ends here.
constexpr int deepest = 32;

constexpr auto links_are_followed =
    "links to files are followed; a link or folder of the image is an entry of initramfs/initramfs.yaml";

class Loader {
 public:
  Loader(Disk& disk, const Where& where, const Tables& tables, Diagnostics& diagnostics)
      : disk_(disk), where_(where), tables_(tables), diagnostics_(diagnostics) {}

  Recipes load() {
    recipes_.workspace = where_.workspace;
    add_layer(where_.workspace, {});
    recipes_.distro.record.table = &tables_.distro;
    if (diagnostics_.empty()) schema::require_complete(recipes_.distro.record, diagnostics_);
    for (const auto& folder : recipes_.layers) read_layer(folder);
    return std::move(recipes_);
  }

 private:
  // Puts the layers below `folder` first, then `folder` itself.
  void add_layer(const fs::path& folder, const Location& asked_at) {
    const auto known = std::ranges::find(recipes_.layers, folder) != recipes_.layers.end();
    if (known) return;
    if (std::ranges::find(under_way_, folder) != under_way_.end()) {
      diagnostics_.add({Kind::cycle, asked_at, fmt::format("layer '{}' lies below itself", shown(folder)),
                        "a layer may name only layers that do not name it"});
      return;
    }
    under_way_.push_back(folder);
    const auto said = diagnostics_.list().size();
    auto distro = read_file(folder / "recipes/distro.yaml", tables_.distro_layer);
    if (!distro && diagnostics_.list().size() == said) {
      diagnostics_.add({Kind::no_layer, asked_at,
                        fmt::format("'{}' is not a layer: it has no recipes/distro.yaml", shown(folder)),
                        "a layer is a folder with the same layout as the built-in one"});
    } else if (distro) {
      for (const auto& [below, at] : layers_below(folder, distro->record)) add_layer(below, at);
      merge_distro(std::move(*distro));
      recipes_.layers.push_back(folder);
    }
    under_way_.pop_back();
  }

  std::vector<std::pair<fs::path, Location>> layers_below(const fs::path& folder, const schema::Record& distro) const {
    if (folder == where_.builtin) return {};
    if (!distro.has("layers")) return {{where_.builtin, distro.where}};
    std::vector<std::pair<fs::path, Location>> below;
    for (const auto& layer : distro.list("layers")) {
      const auto path = *layer == "builtin" ? where_.builtin : (folder / *layer).lexically_normal();
      below.emplace_back(path.has_filename() ? path : path.parent_path(), layer.where);
    }
    return below;
  }

  void merge_distro(Recipe distro) {
    if (recipes_.distro.record.table != nullptr) {
      distro.record = schema::extend(recipes_.distro.record, distro.record, diagnostics_);
    }
    distro.name = std::string(*distro.record.text("name"));
    recipes_.distro = std::move(distro);
  }

  void read_layer(const fs::path& folder) {
    layer_ = shown(folder);
    read_folders(folder / "recipes/packages", "recipe.yaml", tables_.package, recipes_.packages,
                 &Loader::package_files);
    read_folders(folder / "runit/services", "service.yaml", tables_.service, recipes_.services, &Loader::service_files);
    read_files(folder / "recipes/sets", tables_.set, recipes_.sets);
    read_files(folder / "recipes/images", tables_.image, recipes_.images);
    read_files(folder / "recipes/targets", tables_.target, recipes_.targets);
    read_files(folder / "kernel", tables_.kernel, recipes_.kernels);
    read_named(folder / "kernel/fragments", ".config", recipes_.fragments);
    read_named(folder / "runit/stages", "", recipes_.stages);
    for (auto& file : data_files(folder / "kernel", ".pem")) recipes_.kernel_files.insert_or_assign(file.name, file);
    for (auto& file : data_files(folder / "kernel/patches", ".patch"))
      recipes_.kernel_patches.push_back(std::move(file));
    overlay(folder / "runit/runit.yaml", tables_.runit, recipes_.runit);
    overlay(folder / "recipes/tools.yaml", tables_.tools, recipes_.tools);
    read_layers_lock(folder);
    read_initramfs(folder / "initramfs");
    read_iso(folder / "iso");
  }

  void read_layers_lock(const fs::path& folder) {
    const bool own = folder == where_.workspace;
    if (own) recipes_.lock_below = recipes_.lock;
    const Diagnostics before = diagnostics_;
    auto lock = recipes_.lock;
    Lock alone;
    if (const auto file = read_file(folder / lock_file, lock_table())) {
      Diagnostics said;  // of the same once more
      read_lock(file->record, lock, diagnostics_);
      read_lock(file->record, alone, said);
    }
    if (own && where_.forgive_lock && diagnostics_.list().size() > before.list().size()) {
      diagnostics_ = before;
      return;
    }
    recipes_.lock = std::move(lock);
    if (own) recipes_.own_lock = std::move(alone);
  }

  using Extra = void (Loader::*)(Recipe&);

  // One folder per recipe.
  void read_folders(const fs::path& folder, std::string_view file, const schema::Table& table, ByName& into,
                    Extra extra) {
    for (const auto& entry : entries_of(folder)) {
      if (!entry.directory || entry.name.starts_with('.')) continue;
      const auto said = diagnostics_.list().size();
      auto recipe = read_file(folder / entry.name / file, table);
      if (!recipe) {
        if (diagnostics_.list().size() > said) continue;  // what is wrong with it was said
        diagnostics_.add({Kind::unreadable,
                          {},
                          fmt::format("{} has no {}", shown(folder / entry.name), file),
                          "every folder here is a recipe of its own"});
        continue;
      }
      recipe->name = entry.name;
      (this->*extra)(*recipe);
      place(into, std::move(*recipe));
    }
  }

  // One file per recipe.
  void read_files(const fs::path& folder, const schema::Table& table, ByName& into) {
    for (const auto& entry : entries_of(folder)) {
      if (entry.directory || !entry.name.ends_with(".yaml") || entry.name.starts_with('.')) continue;
      auto recipe = read_file(folder / entry.name, table);
      if (!recipe) continue;
      recipe->name = entry.name.substr(0, entry.name.size() - 5);
      place(into, std::move(*recipe));
    }
  }

  // A later layer replaces by name, or extends the recipe of the same name below it.
  void place(ByName& into, Recipe recipe) {
    const auto below = into.find(recipe.name);
    const bool extends = *recipe.record.text("extends") == recipe.name;
    if (below != into.end()) {
      recipe.below = below->second.below;
      recipe.below.push_back({below->second.where, extends});
    }
    if (below != into.end() && extends) {
      recipe.base = below->second.base;
      recipe.record = schema::extend(below->second.record, recipe.record, diagnostics_);
      recipe.record.values.erase("extends");
      inherit_files(below->second, recipe);
    }
    into.insert_or_assign(recipe.name, std::move(recipe));
  }

  static void inherit_files(const Recipe& base, Recipe& recipe) {
    const auto add_missing = [](const std::vector<DataFile>& from, std::vector<DataFile>& to) {
      auto merged = from;
      for (auto& file : to) replace_named(merged, std::move(file));
      std::ranges::sort(merged, {}, &DataFile::name);
      to = std::move(merged);
    };
    add_missing(base.beside, recipe.beside);
    add_missing(base.patches, recipe.patches);
    add_missing(base.files, recipe.files);
  }

  void package_files(Recipe& recipe) {
    recipe.patches = data_files(recipe.folder / "patches", ".patch");
    walk(recipe.folder / "files", "", recipe.files, 0);
    for (auto& file : data_files(recipe.folder, "")) {
      if (file.name != "recipe.yaml") recipe.beside.push_back(std::move(file));
    }
  }

  void service_files(Recipe& recipe) {
    for (auto& file : data_files(recipe.folder, "")) {
      if (file.name != "service.yaml") recipe.beside.push_back(std::move(file));
    }
    for (auto& file : data_files(recipe.folder / "log", "")) {
      file.name = "log/" + file.name;
      recipe.beside.push_back(std::move(file));
    }
  }

  void read_initramfs(const fs::path& folder) {
    auto files = std::move(recipes_.initramfs.files);
    overlay_entries(folder / "initramfs.yaml");
    lay_over(folder / "files", files);
    recipes_.initramfs.files = std::move(files);
    overlay(folder / "early.yaml", tables_.early, recipes_.early);
    lay_over(folder / "early", recipes_.early.files);
  }

  void read_iso(const fs::path& folder) {
    if (tables_.iso != nullptr) overlay(folder / "iso.yaml", *tables_.iso, recipes_.iso);
    for (auto& file : data_files(folder, ".in")) replace_named(recipes_.iso.beside, std::move(file));
    for (const auto& entry : entries_of(folder)) {
      if (entry.directory && !entry.name.starts_with('.'))
        lay_over(folder / entry.name, recipes_.medium_files[entry.name]);
    }
  }

  // A folder's files win over those of the same name in layers below.
  void lay_over(const fs::path& folder, std::vector<DataFile>& files) {
    std::vector<DataFile> found;
    walk(folder, "", found, 0);
    for (auto& file : found) replace_named(files, std::move(file));
    std::ranges::sort(files, {}, &DataFile::name);
  }

  // An upper layer's entries come after those below.
  void overlay_entries(const fs::path& path) {
    auto recipe = read_file(path, tables_.initramfs);
    if (!recipe) return;
    auto entries = recipes_.initramfs.record.records("entries");
    for (auto& entry : recipe->record.records("entries")) entries.push_back(std::move(entry));
    recipes_.initramfs.record = std::move(recipe->record);
    recipes_.initramfs.where = recipe->where;
    recipes_.initramfs.record.values["entries"] = std::move(entries);
  }

  void overlay(const fs::path& path, const schema::Table& table, Recipe& into) {
    auto recipe = read_file(path, table);
    if (!recipe) return;
    if (into.record.table != nullptr) recipe->record = schema::extend(into.record, recipe->record, diagnostics_);
    into.record = std::move(recipe->record);
    into.where = recipe->where;
    into.folder = recipe->folder;
  }

  static void replace_named(std::vector<DataFile>& files, DataFile file) {
    const auto same = std::ranges::find(files, file.name, &DataFile::name);
    if (same != files.end()) {
      *same = std::move(file);
    } else {
      files.push_back(std::move(file));
    }
  }

  void read_named(const fs::path& folder, std::string_view suffix, std::map<std::string, DataFile, std::less<>>& into) {
    for (auto& file : data_files(folder, suffix)) {
      auto name = file.name.substr(0, file.name.size() - suffix.size());
      into.insert_or_assign(std::move(name), std::move(file));
    }
  }

  // Files directly in `folder`, sorted by name; an absent folder has none.
  std::vector<DataFile> data_files(const fs::path& folder, std::string_view suffix) {
    std::vector<DataFile> files;
    for (const auto& entry : entries_of(folder)) {
      if (entry.directory || entry.name.starts_with('.') || entry.name.ends_with('~') || !entry.name.ends_with(suffix))
        continue;
      if (entry.symlink && disk_.list(folder / entry.name)) continue;  // to a folder
      add_data_file(files, folder / entry.name, entry.name, entry.executable);
    }
    return files;
  }

  void walk(const fs::path& folder, const std::string& prefix, std::vector<DataFile>& files, int depth) {
    if (depth > deepest) {
      diagnostics_.add({Kind::unreadable,
                        {},
                        fmt::format("{} is nested deeper than {} folders", shown(folder), deepest),
                        "is there a loop of links?"});
      return;
    }
    for (const auto& entry : entries_of(folder)) {
      if (entry.directory) {
        walk(folder / entry.name, prefix + entry.name + "/", files, depth + 1);
      } else if (entry.symlink && disk_.list(folder / entry.name)) {
        const auto link = shown(folder / entry.name);
        diagnostics_.add({Kind::unreadable, {}, fmt::format("{} is a link to a folder", link), links_are_followed});
      } else {
        add_data_file(files, folder / entry.name, prefix + entry.name, entry.executable);
      }
    }
  }

  void add_data_file(std::vector<DataFile>& files, const fs::path& path, std::string name, bool executable) {
    const auto said = diagnostics_.list().size();
    if (auto bytes = read_bytes(path)) {
      files.push_back({std::move(name), path, shown(path), digest_of(*bytes), executable});
    } else if (diagnostics_.list().size() == said) {
      diagnostics_.add(
          {Kind::unreadable, {}, fmt::format("{} is a link that leads nowhere", shown(path)), links_are_followed});
    }
  }

  // Nothing when what is asked for is absent, or when `look` fails (then an error was added).
  template <typename Look>
  auto looked(const fs::path& path, Look look) -> decltype(look()) {
    try {
      return look();
    } catch (const IoError& error) {
      const bool folder = error.error == EISDIR;
      diagnostics_.add({Kind::unreadable,
                        {},
                        fmt::format("{} cannot be read: {}", shown(path),
                                    folder ? "it is a folder" : std::generic_category().message(error.error)),
                        folder ? "a file of this name is wanted" : "every file of a layer must be readable"});
      return {};
    }
  }

  std::optional<std::string> read_bytes(const fs::path& path) {
    return looked(path, [&] { return disk_.read(path); });
  }

  std::vector<DirectoryEntry> entries_of(const fs::path& folder) {
    return looked(folder, [&] { return disk_.list(folder); }).value_or(std::vector<DirectoryEntry>{});
  }

  // Nothing when the file is absent or not YAML (then an error was added).
  std::optional<Recipe> read_file(const fs::path& path, const schema::Table& table) {
    const yaml::Limits limits;
    auto source = std::make_shared<SourceText>();
    source->name = shown(path);
    const auto size = looked(path, [&] { return disk_.size(path); });
    if (!size) return {};
    if (*size > limits.bytes) {
      diagnostics_.add({Kind::yaml_limit,
                        {source, 0, 0},
                        fmt::format("the file is larger than {} MiB", limits.bytes >> 20),
                        "a recipe is written by hand; put data into files/"});
      return {};
    }
    auto text = read_bytes(path);
    if (!text) return {};
    source->text = std::move(*text);
    const auto node = yaml::parse(source, diagnostics_, limits);
    if (!node) return {};
    Recipe recipe;
    recipe.layer = layer_;
    recipe.where = {source, 1, 1};
    recipe.folder = path.parent_path();
    recipe.record = schema::read(*node, table, diagnostics_);
    return recipe;
  }

  // Paths as messages name them: relative to the workspace, or to the built-in layer.
  std::string shown(const fs::path& path) const {
    const auto below = [&](const fs::path& folder) {
      const auto relative = path.lexically_relative(folder);
      return !relative.empty() && *relative.begin() != ".." ? relative.string() : std::string();
    };
    if (auto name = below(where_.workspace); !name.empty()) return name == "." ? path.filename().string() : name;
    if (auto name = below(where_.builtin); !name.empty()) return name == "." ? "builtin" : "builtin/" + name;
    return path.lexically_relative(where_.workspace).string();
  }

  Disk& disk_;
  const Where& where_;
  const Tables& tables_;
  Diagnostics& diagnostics_;
  Recipes recipes_;
  std::vector<fs::path> under_way_;
  std::string layer_;
};

}  // namespace

Recipes load(Disk& disk, const Where& where, const Tables& tables, Diagnostics& diagnostics) {
  return Loader(disk, where, tables, diagnostics).load();
}

}  // namespace kjx::recipe
