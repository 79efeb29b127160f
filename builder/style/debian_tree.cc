#include "style/debian_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/deb.h"
#include "style/options.h"
#include "style/package_tree.h"

namespace kjx::style {
namespace {

using store::Entry;
using store::Manifest;

constexpr std::array<std::string_view, 6> moved{"bin", "lib", "lib32", "lib64", "libx32", "sbin"};
constexpr std::string_view slot_prefix = "deb.";

std::string_view first_component(std::string_view path) { return path.substr(0, path.find('/')); }

// How many folders up `target` climbs at its beginning.
std::ptrdiff_t climbs(std::string_view target) {
  std::ptrdiff_t steps = 0;
  while (target == ".." || target.starts_with("../")) {
    ++steps;
    target.remove_prefix(std::min<std::size_t>(3, target.size()));
  }
  return steps;
}

// In a folder one level further down, a link to the root has one more level to climb.
std::string moved_target(const Entry& entry) {
  const auto depth = std::count(entry.path.begin(), entry.path.end(), '/');
  return climbs(entry.target) >= depth && climbs(entry.target) > 0 ? "../" + entry.target : entry.target;
}

void add_link(std::map<std::string, Entry>& entries, std::string path, std::string target) {
  Entry link{.path = path, .type = Entry::Type::symlink, .mode = 0777};
  link.target = std::move(target);
  entries.insert_or_assign(std::move(path), std::move(link));
}

Manifest manifest_of(std::map<std::string, Entry>&& entries) {
  Manifest manifest;
  for (auto& [path, entry] : entries) manifest.add(std::move(entry));
  manifest.complete_parents();
  return manifest;
}

// Later folders take after the first of their path.
void agree_on_folders(std::vector<store::Part>& parts) {
  std::map<std::string, Entry> first;
  for (store::Part& part : parts) {
    for (Entry& entry : part.manifest.entries()) {
      if (entry.type == Entry::Type::directory) entry = first.emplace(entry.path, entry).first->second;
    }
  }
}

[[noreturn]] void clash(const work::Work& work, const store::Conflict& conflict) {
  throw Failure(
      Diagnostic{Kind::two_owners,
                 work.where(),
                 fmt::format("path /{} has two owners: {} and {}", conflict.path, conflict.first, conflict.second),
                 "Debian's own packages do not clash; are they of one suite?",
                 {{{}, fmt::format("{} has {} there", conflict.first, conflict.first_as)},
                  {{}, fmt::format("{} has {} there", conflict.second, conflict.second_as)}}});
}

Manifest one_tree(const work::Work& work, std::vector<store::Part>& parts) {
  agree_on_folders(parts);
  store::Merged all = store::merge(parts);
  if (!all.conflicts.empty()) clash(work, all.conflicts.front());
  return std::move(all.manifest);
}

void run_deb(work::Work& work) {
  const auto name = text(work.description(), "name");
  work.output("tree", archive::take_deb(work.store().path_of(work.input("file")), name, work.store()));
}

void run_tool_root(work::Work& work) {
  const Manifest debs = work.store().manifest(work.input("debs"));
  std::vector<store::Part> parts;
  for (const Entry& deb : debs.entries()) {
    work.progress(parts.size(), debs.entries().size(), deb.path);
    parts.push_back({fmt::format("Debian's '{}'", deb.path),
                     archive::take_deb(work.store().path_of(deb.digest), deb.path, work.store()),
                     {}});
  }
  Manifest tree = merged_usr(one_tree(work, parts));
  add_links(tree, map(work.description(), "links"));
  // Nothing here becomes root.
  for (Entry& entry : tree.entries()) entry.mode &= 0777u;
  work.output("tree", selected(tree, {}, list(work.description(), "drop")));
}

}  // namespace

bool moves_into_usr(std::string_view folder) { return std::ranges::find(moved, folder) != moved.end(); }

Manifest merged_usr(const Manifest& tree) {
  std::map<std::string, Entry> entries;
  std::vector<Entry> old;
  for (const Entry& entry : tree.entries()) {
    const bool moves = moves_into_usr(first_component(entry.path));
    // A package that itself has the link has nothing to move.
    if (moves && entry.path == first_component(entry.path) && entry.type == Entry::Type::symlink) continue;
    if (!moves) {
      entries.emplace(entry.path, entry);
      continue;
    }
    Entry below = entry;
    if (entry.type == Entry::Type::symlink) below.target = moved_target(entry);
    below.path = "usr/" + entry.path;
    old.push_back(std::move(below));
  }
  for (Entry& entry : old) entries.emplace(entry.path, entry);
  for (const std::string_view folder : moved) {
    const std::string inside = "usr/" + std::string(folder);
    if (entries.contains(inside)) add_link(entries, std::string(folder), inside);
  }
  return manifest_of(std::move(entries));
}

Manifest debian_tree(work::Work& work, bool merge_usr) {
  std::vector<store::Part> parts;
  for (const auto& [slot, digest] : work.inputs(slot_prefix)) {
    parts.push_back({fmt::format("Debian's '{}'", slot.substr(slot_prefix.size())), work.store().manifest(digest), {}});
  }
  Manifest all = one_tree(work, parts);
  return merge_usr ? merged_usr(all) : all;
}

void add_links(Manifest& tree, const std::map<std::string, std::string>& links) {
  std::map<std::string, Entry> entries;
  for (Entry& entry : tree.entries()) entries.emplace(entry.path, std::move(entry));
  for (const auto& [path, target] : links) {
    add_link(entries, path.substr(std::min(path.find_first_not_of('/'), path.size())), target);
  }
  tree = manifest_of(std::move(entries));
}

const work::Kind& deb_action() {
  static const work::Kind kind{"deb", 1, {}, &run_deb};
  return kind;
}

const work::Kind& tool_root_action() {
  static const work::Kind kind{"toolroot", 2, {}, &run_tool_root};
  return kind;
}

}  // namespace kjx::style
