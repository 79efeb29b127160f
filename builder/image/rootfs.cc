#include "image/rootfs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

namespace kjx::image {
namespace {

using nlohmann::json;
using store::Entry;
using store::Manifest;

constexpr auto entries_owner = "initramfs/initramfs.yaml";
constexpr auto files_owner = "initramfs/files";

[[noreturn]] void bad_entry(work::Work& work, const json& item, std::string message, std::string help) {
  auto where = work.where(item.value("topic", ""));
  if (!where) where = work.where();
  throw Failure(Diagnostic{Kind::bad_value, where,
                           fmt::format("entry '{}' {}", item.at("path").get<std::string>(), message), std::move(help)});
}

std::string path_of(const json& item) {
  const auto path = item.at("path").get<std::string>();
  return path.substr(std::min(path.find_first_not_of('/'), path.size()));
}

// Absent, null and "" are all "not said".
bool says(const json& item, const char* key) {
  const auto found = item.find(key);
  return found != item.end() && !found->is_null() && *found != json("");
}

std::string text_of(const json& item, const char* key) {
  return says(item, key) ? item.at(key).get<std::string>() : std::string();
}

std::uint32_t mode_of(const json& item, std::uint32_t otherwise) {
  if (!says(item, "mode")) return otherwise;
  const json& mode = item.at("mode");
  if (mode.is_number()) return mode.get<std::uint32_t>();
  return static_cast<std::uint32_t>(std::stoul(mode.get<std::string>(), nullptr, 8));
}

// "A:B" as two decimal numbers.
std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_pair(std::string_view text) {
  std::pair<std::uint32_t, std::uint32_t> pair;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, pair.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ':') return {};
  const auto second = std::from_chars(first.ptr + 1, end, pair.second);
  if (second.ec != std::errc() || second.ptr != end) return {};
  return pair;
}

void set_owner(work::Work& work, const json& item, Entry& entry) {
  if (!says(item, "owner")) return;
  const auto pair = parse_pair(text_of(item, "owner"));
  if (!pair)
    bad_entry(work, item, "has no usable owner",
              "write owner: \"USER:GROUP\", names of users and groups of this image, or numbers such as \"0:0\"");
  std::tie(entry.uid, entry.gid) = *pair;
}

void set_device(work::Work& work, const json& item, Entry& entry) {
  const auto pair = parse_pair(text_of(item, "device"));
  if (!pair) bad_entry(work, item, "is a device without numbers", "write device: \"MAJOR:MINOR\", such as \"5:1\"");
  std::tie(entry.major, entry.minor) = *pair;
}

struct TypeRow {
  std::string_view name;
  Entry::Type type;
  std::uint32_t mode;  // unless the entry says another
};
constexpr TypeRow types[] = {{"directory", Entry::Type::directory, 0755},
                             {"symlink", Entry::Type::symlink, 0777},
                             {"char", Entry::Type::character, 0600},
                             {"block", Entry::Type::block, 0600},
                             {"fifo", Entry::Type::fifo, 0600}};

Entry entry_of(work::Work& work, const json& item) {
  const auto* row = std::ranges::find(types, text_of(item, "type"), &TypeRow::name);
  if (row == std::end(types))
    bad_entry(work, item, "is of an unknown type", "types: directory, symlink, char, block, fifo");
  Entry entry{.path = path_of(item), .type = row->type, .mode = mode_of(item, row->mode)};
  set_owner(work, item, entry);
  if (row->type == Entry::Type::symlink) entry.target = text_of(item, "target");
  if (row->type == Entry::Type::symlink && entry.target.empty()) {
    bad_entry(work, item, "is a symlink to nowhere", "write target: PATH");
  }
  if (row->type == Entry::Type::character || row->type == Entry::Type::block) set_device(work, item, entry);
  return entry;
}

// Where each owner is named in the recipes, and the parts to merge.
struct Parts {
  std::vector<store::Part> list;
  std::map<std::string, Location> where;
  std::vector<std::string> bytes;  // of files, stored once it is known that all fits together

  Entry file(std::string path, std::string content, std::uint32_t mode) {
    bytes.push_back(std::move(content));
    return {.path = std::move(path), .mode = mode, .digest = digest_of(bytes.back()), .size = bytes.back().size()};
  }

  store::Part& of(const std::string& owner) {
    const auto found = std::ranges::find(list, owner, &store::Part::owner);
    if (found != list.end()) return *found;
    return list.emplace_back(store::Part{.owner = owner, .manifest = {}, .replaces = {}});
  }
};

void add_inputs(work::Work& work, const json& description, Parts& parts) {
  for (const json& item : description.value("parts", json::array())) {
    const auto owner = item.at("owner").get<std::string>();
    parts.list.push_back({owner, work.store().manifest(work.input(item.at("slot").get<std::string>())),
                          item.value("replaces", std::vector<std::string>())});
    parts.where.emplace(owner, work.where(item.value("topic", "")));
  }
}

void add_entries(work::Work& work, const json& description, Parts& parts) {
  std::map<std::string, Entry> last;  // an upper layer's entries come after those below, and win
  for (const json& item : description.value("entries", json::array())) {
    if (!says(item, "type")) continue;
    Entry entry = entry_of(work, item);
    last.insert_or_assign(entry.path, std::move(entry));
    parts.where.emplace(entries_owner, work.where(item.value("topic", "")));
  }
  for (auto& [path, entry] : last) parts.of(entries_owner).manifest.add(std::move(entry));
}

void add_files(work::Work& work, const json& description, Parts& parts) {
  for (const json& item : description.value("files", json::array())) {
    const auto bytes = work.file(item.at("slot").get<std::string>());
    const std::uint32_t mode = item.value("executable", false) ? 0755 : 0644;
    parts.of(files_owner).manifest.add(parts.file(path_of(item), bytes, mode));
    parts.where.emplace(files_owner, work.where(item.value("topic", "")));
  }
  for (const json& item : description.value("texts", json::array())) {
    const auto owner = item.value("owner", "the image's recipe");
    parts.of(owner).manifest.add(parts.file(path_of(item), item.at("text").get<std::string>(), mode_of(item, 0644)));
    parts.where.emplace(owner, work.where(item.value("topic", "")));
  }
}

Diagnostic two_owners(work::Work& work, const Parts& parts, const store::Conflict& conflict) {
  Diagnostic diagnostic{
      Kind::two_owners, work.where(),
      fmt::format("path '/{}' has two owners: {} and {}", conflict.path, conflict.first, conflict.second),
      "leave the path out of one of them (`drop:`), or let one say `replaces:` and the other's name"};
  const auto note = [&](const std::string& owner, const std::string& has) {
    const auto where = parts.where.find(owner);
    diagnostic.notes.push_back(
        {where == parts.where.end() ? Location{} : where->second, fmt::format("{} has {} there", owner, has)});
  };
  note(conflict.first, conflict.first_as);
  note(conflict.second, conflict.second_as);
  return diagnostic;
}

void change(work::Work& work, const json& item, Manifest& root) {
  const auto path = path_of(item);
  const auto found = std::ranges::find(root.entries(), path, &Entry::path);
  if (found == root.entries().end()) {
    bad_entry(work, item, "changes a path that nothing puts into the image",
              "give it a `type:`, or a package that brings it");
  }
  found->mode = mode_of(item, found->mode);
  set_owner(work, item, *found);
}

void merge_rootfs(work::Work& work) {
  const json& description = work.description();
  Parts parts;
  add_inputs(work, description, parts);
  add_entries(work, description, parts);
  add_files(work, description, parts);

  Diagnostics diagnostics;
  auto merged = store::merge(parts.list);
  for (const auto& conflict : merged.conflicts) diagnostics.add(two_owners(work, parts, conflict));
  diagnostics.checkpoint();
  for (const json& item : description.value("entries", json::array())) {
    if (!says(item, "type")) change(work, item, merged.manifest);
  }
  for (const auto& bytes : parts.bytes) (void)work.store().put(bytes);
  work.output("root", merged.manifest);
}

}  // namespace

const work::Kind& rootfs_action() {
  static const work::Kind kind{"rootfs", 1, {}, merge_rootfs};
  return kind;
}

}  // namespace kjx::image
