// Which version of the host's tools an action will run with: part of its identity.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.h"

namespace kjx::graph {

// dpkg's database (dpkg(1), FILES).
inline constexpr const char* package_database = "/var/lib/dpkg/status";

// What is installed on the host; read once for a whole plan, through the disk, so that the graph depends on it.
class Tools {
 public:
  explicit Tools(Disk& disk);
  // Views into text_ would not survive a copy.
  Tools(const Tools&) = delete;
  Tools& operator=(const Tools&) = delete;

  // The versions of those Debian packages that are installed; others are absent. Of a package installed for several
  // architectures all versions, sorted, with commas; then the versions of what it depends on directly. A host without
  // the database: "sha256:DIGEST" of the program in PATH that has the package's name.
  [[nodiscard]] std::map<std::string, std::string> versions(const std::vector<std::string>& packages);

 private:
  // Its installed versions; what it depends on is added to `needs`.
  [[nodiscard]] std::string installed(std::string_view package, std::set<std::string_view>* needs) const;
  [[nodiscard]] std::optional<std::string> packaged(const std::string& package) const;
  [[nodiscard]] std::optional<std::string> by_program(const std::string& package);

  Disk& disk_;
  std::optional<std::string> text_;
  std::multimap<std::string_view, std::string_view> stanzas_;  // by package
  std::map<std::string, std::optional<std::string>> known_;
};

// For a single question.
[[nodiscard]] std::map<std::string, std::string> tool_versions(const std::vector<std::string>& packages, Disk& disk);

}  // namespace kjx::graph
