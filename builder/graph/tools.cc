// The database is some megabytes of stanzas, and every plan reads it. So only the first line of each is looked at,
// until it is one of those asked for.
#include "graph/tools.h"

#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/process.h"

namespace kjx::graph {

namespace {

constexpr std::string_view package_field = "Package: ";

std::string_view line_at(std::string_view text, std::size_t start) {
  return text.substr(start, text.find('\n', start) - start);
}

// The value of a field that is not a stanza's first.
std::string_view field(std::string_view stanza, std::string_view name) {
  const std::string start = "\n" + std::string(name) + ": ";
  const std::size_t found = stanza.find(start);
  return found == std::string_view::npos ? std::string_view() : line_at(stanza, found + start.size());
}

std::multimap<std::string_view, std::string_view> stanzas_of(std::string_view text) {
  std::multimap<std::string_view, std::string_view> stanzas;
  while (!text.empty()) {
    const std::size_t end = text.find("\n\n");
    const std::string_view stanza = text.substr(0, end);
    if (stanza.starts_with(package_field)) stanzas.emplace(line_at(stanza, package_field.size()), stanza);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return stanzas;
}

// "a (>= 1), b:any | c": the names (deb-control(5), "Depends").
void add_names(std::string_view depends, std::set<std::string_view>& names) {
  while (!depends.empty()) {
    depends.remove_prefix(std::min(depends.find_first_not_of(" ,|"), depends.size()));
    const auto end = std::min(depends.find_first_of(",|"), depends.size());
    const auto one = depends.substr(0, end);
    if (!one.empty()) names.insert(one.substr(0, one.find_first_of(" :(")));
    depends.remove_prefix(end);
  }
}

}  // namespace

Tools::Tools(Disk& disk) : disk_(disk), text_(disk.read(package_database)) {
  if (text_) stanzas_ = stanzas_of(*text_);
}

std::map<std::string, std::string> Tools::versions(const std::vector<std::string>& packages) {
  std::map<std::string, std::string> all;
  for (const std::string& package : packages) {
    auto known = known_.find(package);
    if (known == known_.end()) known = known_.emplace(package, text_ ? packaged(package) : by_program(package)).first;
    if (known->second) all[package] = *known->second;
  }
  return all;
}

std::string Tools::installed(std::string_view package, std::set<std::string_view>* needs) const {
  std::set<std::string_view> versions;
  const auto [first, last] = stanzas_.equal_range(package);
  for (auto stanza = first; stanza != last; ++stanza) {
    if (!field(stanza->second, "Status").ends_with(" installed")) continue;
    versions.insert(field(stanza->second, "Version"));
    if (needs != nullptr) add_names(field(stanza->second, "Depends"), *needs);
  }
  std::string text;
  for (const std::string_view version : versions) text += (text.empty() ? "" : ",") + std::string(version);
  return text;
}

// `gcc` is an empty package that needs gcc-12, and its version stands still when that one moves. So what a package
// needs directly is a part of what it is.
std::optional<std::string> Tools::packaged(const std::string& package) const {
  std::set<std::string_view> needs;
  std::string text = installed(package, &needs);
  if (text.empty()) return std::nullopt;
  for (const std::string_view name : needs) {
    if (const std::string version = installed(name, nullptr); !version.empty())
      text += " " + std::string(name) + "=" + version;
  }
  return text;
}

std::optional<std::string> Tools::by_program(const std::string& package) {
  const std::optional<std::filesystem::path> program = find_program(package);
  const std::optional<std::string> bytes = program ? disk_.read(*program) : std::nullopt;
  return bytes ? std::optional("sha256:" + kjx::digest_of(*bytes).hex()) : std::nullopt;
}

std::map<std::string, std::string> tool_versions(const std::vector<std::string>& packages, Disk& disk) {
  return Tools(disk).versions(packages);
}

}  // namespace kjx::graph
