#include "source/apt_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "base/file.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

bool says_yes(std::string_view value) { return value == "yes" || value == "true" || value == "1" || value == "on"; }

void set_option(AptEntry& entry, std::string_view option) {
  const auto equals = option.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = option.substr(equals + 1);
  if (name == "signed-by") entry.signed_by = value;
  if (name == "trusted") entry.trusted = says_yes(value);
}

using Stanza = std::map<std::string, std::string, std::less<>>;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

// Fields by their lower-case name; continuation lines stay apart by newlines, as an embedded key needs it.
std::vector<Stanza> stanzas(std::string_view text) {
  std::vector<Stanza> all(1);
  std::istringstream in{std::string(text)};
  std::string field;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    if (trimmed(line).empty()) {
      if (!all.back().empty()) all.emplace_back();
    } else if (line[0] == ' ' || line[0] == '\t') {
      if (!field.empty() && !all.back().empty()) all.back()[field] += "\n" + line;
    } else if (const auto colon = line.find(':'); colon != std::string::npos) {
      field = lower(line.substr(0, colon));
      all.back()[field] = trimmed(std::string_view(line).substr(colon + 1));
    }
  }
  if (all.back().empty()) all.pop_back();
  return all;
}

std::string field(const Stanza& stanza, std::string_view name) {
  const auto at = stanza.find(name);
  return at == stanza.end() ? "" : at->second;
}

void append(std::vector<AptEntry>& to, const std::vector<AptEntry>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

bool is_security(std::string_view suite) { return suite.ends_with("-security") || suite.ends_with("/updates"); }

// "bookworm" of "bookworm-updates", "bookworm-security", "bookworm-backports".
std::string_view release_of(std::string_view suite) { return suite.substr(0, suite.find_first_of("-/")); }

bool signed_by_debian(const AptEntry& entry) { return entry.signed_by.find("debian-archive") != std::string::npos; }

bool carries(const AptEntry& entry, std::string_view release) {
  return !release.empty() && std::any_of(entry.suites.begin(), entry.suites.end(),
                                         [&](const std::string& suite) { return release_of(suite) == release; });
}

void add_uris(std::vector<AptEntry>& to, const AptEntry& entry) {
  for (const std::string& uri : entry.uris) {
    const auto same = [&](const AptEntry& known) { return known.uris.front() == uri; };
    if (uri.starts_with("cdrom:") || std::any_of(to.begin(), to.end(), same)) continue;
    to.push_back({{uri}, {}, {}, entry.signed_by, entry.trusted});
  }
}

constexpr std::string_view written_by = "# Written by kjx for its private apt.\n\n";

std::string stanza_text(std::string_view type, const AptEntry& entry, const std::string& suites) {
  std::string text =
      fmt::format("Types: {}\nURIs: ", type) + entry.uris.front() + "\nSuites: " + suites + "\nComponents: main\n";
  if (!entry.signed_by.empty()) text += "Signed-By: " + entry.signed_by + "\n";
  if (entry.trusted) text += "Trusted: yes\n";
  return text + "\n";
}

}  // namespace

std::vector<AptEntry> parse_one_line(std::string_view text) {
  std::vector<AptEntry> entries;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> parts = words(line.substr(0, line.find('#')));
    if (parts.empty() || (parts[0] != "deb" && parts[0] != "deb-src")) continue;
    parts.erase(parts.begin());
    AptEntry entry;
    if (!parts.empty() && parts[0].starts_with('[')) {
      bool open = true;
      while (open && !parts.empty()) {
        std::string option = parts[0];
        parts.erase(parts.begin());
        open = !option.ends_with(']');
        std::erase_if(option, [](char c) { return c == '[' || c == ']'; });
        set_option(entry, option);
      }
    }
    if (parts.size() < 2) continue;
    entry.uris = {parts[0]};
    entry.suites = {parts[1]};
    entry.components.assign(parts.begin() + 2, parts.end());
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<AptEntry> parse_deb822(std::string_view text) {
  std::vector<AptEntry> entries;
  for (const Stanza& stanza : stanzas(text)) {
    if (field(stanza, "enabled") == "no" || field(stanza, "enabled") == "false") continue;
    AptEntry entry;
    entry.uris = words(field(stanza, "uris"));
    entry.suites = words(field(stanza, "suites"));
    entry.components = words(field(stanza, "components"));
    entry.signed_by = field(stanza, "signed-by");
    entry.trusted = says_yes(field(stanza, "trusted"));
    if (!entry.uris.empty() && !entry.suites.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<AptEntry> read_apt_sources(const fs::path& list, const fs::path& parts) {
  std::vector<AptEntry> entries;
  if (fs::is_regular_file(list)) append(entries, parse_one_line(read_file(list)));
  std::vector<fs::path> files;
  if (fs::is_directory(parts)) {
    for (const auto& entry : fs::directory_iterator(parts)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    if (path.extension() == ".list") append(entries, parse_one_line(read_file(path)));
    if (path.extension() == ".sources") append(entries, parse_deb822(read_file(path)));
  }
  return entries;
}

DebianArchive debian_archive(const std::vector<AptEntry>& entries, std::string_view codename,
                             std::string_view wanted_suite) {
  std::vector<AptEntry> own;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(own), signed_by_debian);
  if (own.empty()) {
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(own), [&](const AptEntry& entry) {
      const auto& parts = entry.components;
      return std::find(parts.begin(), parts.end(), "main") != parts.end() &&
             (carries(entry, codename) || carries(entry, wanted_suite));
    });
  }
  DebianArchive archive;
  for (const AptEntry& entry : own) {
    const bool security = std::any_of(entry.suites.begin(), entry.suites.end(), is_security);
    // A mirror may keep everything below one URI; then it stands in both lists.
    if (security) add_uris(archive.security, entry);
    if (!security || entry.suites.size() > 1) add_uris(archive.main, entry);
  }
  return archive;
}

std::string source_list(const DebianArchive& archive, std::string_view suite) {
  const std::string name(suite);
  std::string text(written_by);
  for (const AptEntry& entry : archive.main)
    text += stanza_text("deb-src", entry, fmt::format("{0} {0}-updates", name));
  for (const AptEntry& entry : archive.security) text += stanza_text("deb-src", entry, name + "-security");
  return text;
}

std::string binary_list(const DebianArchive& archive, const Binaries& binaries) {
  const std::string& name = binaries.suite;
  const std::string suites = binaries.security ? fmt::format("{0} {0}-updates", name) : name;
  std::string text(written_by);
  for (const AptEntry& entry : archive.main) text += stanza_text("deb", entry, suites);
  if (!binaries.security) return text;
  for (const AptEntry& entry : archive.security) text += stanza_text("deb", entry, name + "-security");
  return text;
}

}  // namespace kjx::source
