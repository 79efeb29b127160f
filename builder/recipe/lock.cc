#include "recipe/lock.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace kjx::recipe {

using schema::Table;
using schema::Type;

namespace {

const Table& layer_table() {
  static const Table table{
      "a locked layer",
      "A layer below, as it was when the lock was written.",
      {{"path", Type::text, "Relative to this layer; `builtin` is the one that comes with kjx.", true},
       {"commit", Type::text, "Its commit, when it is in a git tree."}}};
  return table;
}

const Table& source_table() {
  static const Table table{"a locked source",
                           "A source and its digest.",
                           {{"name", Type::name, "Whose source.", true},
                            {"file", Type::text, "The file's name.", true},
                            {"sha256", Type::digest, "Its digest, the one of the recipe.", true}}};
  return table;
}

const Table& package_table() {
  static const Table table{"a locked Debian package",
                           "One of Debian's binary packages.",
                           {{"name", Type::name, "Its name.", true},
                            {"version", Type::text, "Its version.", true},
                            {"architecture", Type::name, "Its architecture; `all` when it has none.", true},
                            {"size", Type::integer, "Bytes of the file.", true},
                            {"sha256", Type::digest, "Digest of the file.", true},
                            {"needs", Type::names, "Others of this list that it depends on."},
                            {"file", Type::text, "The file's name in the archive.", true}}};
  return table;
}

const Table& closure_table() {
  static const Table table{
      "locked Debian packages",
      "What one recipe takes from Debian.",
      {{"name", Type::name, "The recipe: a package, `toolroot`, or `toolroot.menu`.", true},
       {"suite", Type::name, "The release.", true},
       {"security", Type::boolean, "With its updates and security fixes.", true},
       {"architecture", Type::name, "What it is for.", true},
       {"wants", Type::names, "What the recipe names.", true},
       {"packages", Type::records, "These, and what they depend on.", true, {}, {}, &package_table()}}};
  return table;
}

constexpr auto write_anew =
    "the file is written by `kjx lock`; take back the edit, or let `kjx lock --update` write it anew";

std::vector<std::string> plain(const std::vector<Located<std::string>>& list) {
  std::vector<std::string> all;
  for (const auto& item : list) all.push_back(*item);
  return all;
}

Digest digest_in(const schema::Record& record) {
  return Digest::parse(*record.text("sha256")).value_or(Digest{});  // a wrong one was reported by its table
}

void twice(const std::string& name, const Location& second, const Location& first, Diagnostics& diagnostics) {
  diagnostics.add({Kind::duplicate_name,
                   second,
                   fmt::format("'{}' is locked twice", name),
                   write_anew,
                   {{first, "first given here"}}});
}

LockedPackage package_of(const schema::Record& record) {
  return {.name = *record.text("name"),
          .version = *record.text("version"),
          .architecture = *record.text("architecture"),
          .file = *record.text("file"),
          .size = static_cast<std::uint64_t>(record.number("size")),
          .sha256 = digest_in(record),
          .needs = plain(record.list("needs")),
          .where = record.where};
}

// A line that was taken out leaves others that need it.
void check_whole(const LockedClosure& closure, const std::vector<schema::Record>& records, Diagnostics& diagnostics) {
  for (const schema::Record& record : records) {
    for (const auto& need : record.list("needs")) {
      if (closure.find(*need) != nullptr) continue;
      diagnostics.add({Kind::not_locked, need.where,
                       fmt::format("Debian's '{}' needs '{}', which is not locked for '{}'", *record.text("name"),
                                   *need, closure.name),
                       write_anew});
    }
  }
}

LockedClosure closure_of(const schema::Record& record, Diagnostics& diagnostics) {
  LockedClosure closure{.name = *record.text("name"),
                        .suite = *record.text("suite"),
                        .security = record.flag("security"),
                        .architecture = *record.text("architecture"),
                        .wants = plain(record.list("wants")),
                        .packages = {},
                        .where = record.where};
  const auto records = record.records("packages");
  for (const schema::Record& each : records) {
    auto package = package_of(each);
    if (const auto* first = closure.find(package.name)) twice(package.name, package.where, first->where, diagnostics);
    closure.packages.push_back(std::move(package));
  }
  check_whole(closure, records, diagnostics);
  return closure;
}

std::string package_line(const LockedPackage& package) {
  const std::string needs = package.needs.empty() ? "" : fmt::format("needs: [{}], ", fmt::join(package.needs, ", "));
  return fmt::format("      - {{name: {}, version: \"{}\", architecture: {}, size: {}, sha256: {}, {}file: \"{}\"}}\n",
                     package.name, package.version, package.architecture, package.size, package.sha256.hex(), needs,
                     package.file);
}

std::string closure_text(const LockedClosure& closure) {
  std::string text = fmt::format(
      "  - name: {}\n    suite: {}\n    security: {}\n    architecture: {}\n    wants: [{}]\n    packages:\n",
      closure.name, closure.suite, closure.security, closure.architecture, fmt::join(closure.wants, ", "));
  for (const LockedPackage& package : closure.packages) text += package_line(package);
  return text;
}

}  // namespace

const LockedPackage* LockedClosure::find(std::string_view package) const {
  const auto found = std::ranges::find(packages, package, &LockedPackage::name);
  return found == packages.end() ? nullptr : &*found;
}

const Table& lock_table() {
  static const Table table{"a lock",
                           "recipes/kjx.lock: written by `kjx lock`.",
                           {{"format", Type::integer, "Of this file.", false, "1", {}, nullptr, {}, 1, 1},
                            {"layers", Type::records, "Layers below.", false, {}, {}, &layer_table()},
                            {"sources", Type::records, "Sources.", false, {}, {}, &source_table()},
                            {"debian", Type::records, "Debian's packages.", false, {}, {}, &closure_table()}}};
  return table;
}

std::string locked_path(const std::filesystem::path& layer, const std::filesystem::path& workspace,
                        const std::filesystem::path& builtin) {
  return layer == builtin ? "builtin" : layer.lexically_relative(workspace).string();
}

void read_lock(const schema::Record& record, Lock& lock, Diagnostics& diagnostics) {
  lock.there = true;
  lock.layers.clear();
  for (const auto& layer : record.records("layers"))
    lock.layers.push_back({*layer.text("path"), *layer.text("commit"), layer.where});
  std::map<std::string, Location> seen;
  const auto first_of_its_name = [&](const std::string& name, const Location& where) {
    const auto [first, fresh] = seen.emplace(name, where);
    if (!fresh) twice(name, where, first->second, diagnostics);
    return fresh;
  };
  for (const auto& source : record.records("sources")) {
    const std::string name = *source.text("name");
    if (!first_of_its_name(name, source.where)) continue;
    lock.sources[name] = {name, *source.text("file"), digest_in(source), source.where};
  }
  seen.clear();
  for (const auto& each : record.records("debian")) {
    const std::string name = *each.text("name");
    if (first_of_its_name(name, each.where)) lock.closures[name] = closure_of(each, diagnostics);
  }
}

std::string lock_text(const Lock& lock) {
  std::string text =
      "# Which bytes everything from elsewhere has. Written by `kjx lock`, moved forward by `kjx lock --update "
      "[NAME...]`;\n"
      "# a build only reads it.\n"
      "format: 1\n";
  text += lock.layers.empty() ? "" : "layers:\n";
  for (const auto& [path, commit, where] : lock.layers) {
    text += fmt::format("  - {{path: \"{}\"{}}}\n", path, commit.empty() ? "" : ", commit: " + commit);
  }
  text += lock.sources.empty() ? "" : "sources:\n";
  for (const auto& [name, source] : lock.sources) {
    text += fmt::format("  - {{name: {}, file: \"{}\", sha256: {}}}\n", name, source.file, source.sha256.hex());
  }
  text += lock.closures.empty() ? "" : "debian:\n";
  for (const auto& [name, closure] : lock.closures) text += closure_text(closure);
  return text;
}

}  // namespace kjx::recipe
