// "provenance.licenses": the licence texts of everything in an image, and where the sources are.
//
// Description: {"components": [... (provenance.h), each with "strip", and "files": the texts' paths in its source,
// which the recipe names; [] takes what lies at its top under one of the usual names]}. Inputs "source/NAME" (archives)
// and "source-tree/NAME" (trees), "deb/NAME/PACKAGE" (trees of Debian's packages that NAME is made of, each with its
// text at usr/share/doc/PACKAGE/copyright: Debian Policy 12.5). Files "patch/NAME/FILE". Output "licenses" (a tree):
// NAME/TEXT, NAME/patches/FILE, and INDEX, which names for each component licence, texts and, so that whoever passes
// the image on can offer them, sources.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "provenance/license.h"
#include "provenance/origin.h"
#include "provenance/provenance.h"

namespace kjx::provenance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array usual_names{"copying", "copyright", "license", "licence", "notice", "unlicense"};

bool is_usual(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(usual_names, [&](std::string_view usual) {
    return name == usual || name.starts_with(std::string(usual) + ".") || name.starts_with(std::string(usual) + "-") ||
           name.starts_with(std::string(usual) + "_");
  });
}

class Licenses {
 public:
  explicit Licenses(work::Work& work) : work_(work) {}

  void run() {
    for (const auto& component : work_.description().at("components")) add(component);
    errors_.checkpoint();
    add_text("INDEX", index_);
    texts_.complete_parents();
    work_.output("licenses", texts_);
  }

 private:
  void add(const json& component) {
    const auto name = component.at("name").get<std::string>();
    const auto license = component.at("license").get<std::string>();
    index_ += fmt::format("{}{} {}: {}\n", index_.empty() ? "" : "\n", name, component.at("version").get<std::string>(),
                          license);
    auto texts = add_texts(name, component);
    for (auto& text : add_debian_texts(name)) texts.push_back(std::move(text));
    for (const auto& text : texts) index_ += fmt::format("  text: {}/{}\n", name, text);
    if (texts.empty()) index_ += "  text: none in its source\n";
    add_sources(name, component, is_copyleft(license));
  }

  // The names of the texts found.
  std::vector<std::string> add_texts(const std::string& name, const json& component) {
    const fs::path folder = source_of(name, component);
    std::vector<std::string> texts;
    if (folder.empty()) return texts;
    for (const auto& named : component.at("files")) texts.push_back(named.get<std::string>());
    if (texts.empty()) texts = usual_in(folder);
    for (const auto& text : texts) add_file(name, text, folder);
    return texts;
  }

  std::vector<std::string> add_debian_texts(const std::string& name) {
    const auto prefix = fmt::format("deb/{}/", name);
    std::map<std::string, store::Manifest> trees;
    for (const auto& [slot, tree] : work_.inputs(prefix))
      trees.emplace(slot.substr(prefix.size()), work_.store().manifest(tree));
    std::vector<std::string> texts;
    for (const auto& [package, tree] : trees) {
      const auto* text = debian_text(package, trees);
      if (text == nullptr) continue;
      texts.push_back(package + ".copyright");
      texts_.add({.path = name + "/" + texts.back(), .mode = 0644, .digest = text->digest, .size = text->size});
    }
    return texts;
  }

  // A package's folder of documents may be a link to that of another one, of the same source.
  static const store::Entry* debian_text(const std::string& package,
                                         const std::map<std::string, store::Manifest>& trees) {
    const auto tree = trees.find(package);
    if (tree == trees.end()) return nullptr;
    const auto folder = "usr/share/doc/" + package;
    const auto* entry = tree->second.find(folder);
    if (entry != nullptr && entry->type == store::Entry::Type::symlink && entry->target != package)
      return debian_text(entry->target, trees);
    entry = tree->second.find(folder + "/copyright");
    return entry != nullptr && entry->type == store::Entry::Type::file ? entry : nullptr;
  }

  // Patched as it was built: then it is unpacked already where this machine built it.
  fs::path source_of(const std::string& name, const json& component) {
    if (work_.has_input("source-tree/" + name)) {
      const fs::path folder = work_.folder("source-" + name);
      work_.store().lay_out(work_.store().manifest(work_.input("source-tree/" + name)), folder, work::source_mtime);
      return folder;
    }
    if (!work_.has_input("source/" + name)) return {};
    std::vector<std::string> patches;
    for (const auto& patch : work_.files(fmt::format("patch/{}/", name))) patches.push_back(patch.slot);
    return work_.source_tree(work_.input("source/" + name), component.at("strip"), patches);
  }

  static std::vector<std::string> usual_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (fs::is_regular_file(entry.symlink_status()) && is_usual(entry.path().filename()))
        names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }

  void add_file(const std::string& name, const std::string& text, const fs::path& folder) {
    const fs::path path = folder / text;
    // A link could lead out of the source.
    if (store::valid_path(text) && fs::is_regular_file(fs::symlink_status(path))) {
      add_text(name + "/" + text, read_file(path));
      return;
    }
    errors_.add({Kind::bad_value, work_.where(fmt::format("license-files/{}/{}", name, text)),
                 fmt::format("the source of '{}' has no file '{}'", name, text),
                 "`license-files:` names files by their path in the unpacked source"});
  }

  void add_sources(const std::string& name, const json& component, bool copyleft) {
    const std::string_view word = copyleft ? "source, to be offered with the image" : "source";
    const json source = component.value("source", json::object());
    if (source.contains("path"))
      index_ += fmt::format("  {}: the layer's folder {}\n", word, source["path"].get<std::string>());
    for (const auto& origin : origins(source)) index_ += fmt::format("  {}: {}\n", word, origin.text);
    if (source.contains("sha256")) index_ += fmt::format("  sha256: {}\n", source["sha256"].get<std::string>());
    for (const auto& patch : work_.files(fmt::format("patch/{}/", name))) {
      const auto file = patch.slot.substr(patch.slot.rfind('/') + 1);
      index_ += fmt::format("  patch: {}/patches/{}\n", name, file);
      add_text(fmt::format("{}/patches/{}", name, file), work_.file(patch.slot));
    }
  }

  void add_text(const std::string& path, const std::string& text) {
    texts_.add({.path = path, .mode = 0644, .digest = work_.store().put(text), .size = text.size()});
  }

  work::Work& work_;
  Diagnostics errors_;
  store::Manifest texts_;
  std::string index_;
};

void collect_licenses(work::Work& work) { Licenses(work).run(); }

}  // namespace

const work::Kind& licenses_action() {
  static const work::Kind kind{"provenance.licenses", 2, {}, collect_licenses};
  return kind;
}

}  // namespace kjx::provenance
