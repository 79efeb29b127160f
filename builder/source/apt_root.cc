#include "source/apt_root.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>

#include "base/file.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;

// Read by apt after the host's own configuration. What is cleared are commands that the host runs after its own
// `apt-get update`: they would clean the host's cache in our name.
std::string configuration(const fs::path& folder) {
  const std::string root = folder.string();
  std::string text =
      "#clear APT::Update::Pre-Invoke;\n#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n"
      "#clear APT::Update::Post-Invoke-Stats;\n#clear DPkg::Post-Invoke;\n"
      "Dir::State \"" +
      root +
      "/state/\";\n"
      "Dir::State::lists \"" +
      root +
      "/lists/\";\n"
      "Dir::State::status \"" +
      root +
      "/state/status\";\n"
      "Dir::Cache \"" +
      root +
      "/cache/\";\n"
      "Dir::Cache::archives \"" +
      root +
      "/cache/archives/\";\n"
      "Dir::Cache::pkgcache \"pkgcache.bin\";\nDir::Cache::srcpkgcache \"srcpkgcache.bin\";\n"
      "Dir::Etc::sourcelist \"/dev/null\";\n"
      "Dir::Etc::sourceparts \"" +
      root +
      "/sources/\";\n"
      "Dir::Etc::preferences \"/dev/null\";\nDir::Etc::preferencesparts \"/dev/null\";\n"
      "Dir::Log \"" +
      root +
      "/log/\";\n"
      "Acquire::Languages \"none\";\nAcquire::Retries \"2\";\n"
      "Acquire::http::Timeout \"20\";\nAcquire::https::Timeout \"20\";\n";
  // Root's apt would hand the download to user _apt, who cannot write here.
  if (geteuid() == 0) text += "APT::Sandbox::User \"root\";\n";
  return text;
}

// Whatever the host is and has chosen: one architecture, and nothing that is not needed.
std::string binary_configuration(const std::string& architecture) {
  return "APT::Architecture \"" + architecture + "\";\n#clear APT::Architectures;\nAPT::Architectures { \"" +
         architecture +
         "\"; };\n"
         "APT::Install-Recommends \"false\";\nAPT::Install-Suggests \"false\";\n"
         "APT::Default-Release \"\";\n";
}

std::string stripped(std::string_view line) {
  const auto last = line.find_last_not_of(" \t\r");
  return last == std::string_view::npos ? "" : std::string(line.substr(0, last + 1));
}

fs::path stamp_of(const fs::path& folder) { return folder / "updated"; }

void add_once(std::vector<std::string>& list, const std::string& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

std::string joined(std::string base, const std::string& directory, const std::string& file) {
  while (base.ends_with('/')) base.pop_back();
  return base + "/" + directory + "/" + file;
}

bool lists(const ShownSource& source, const std::string& file) {
  return std::find(source.files.begin(), source.files.end(), file) != source.files.end();
}

}  // namespace

AptRoot::AptRoot(const fs::path& folder, const DebianArchive& archive, std::string_view suite)
    : folder_(fs::absolute(folder)) {
  prepare(archive, configuration(folder_), source_list(archive, suite));
}

AptRoot::AptRoot(const fs::path& folder, const DebianArchive& archive, const Binaries& binaries)
    : folder_(fs::absolute(folder)) {
  prepare(archive, configuration(folder_) + binary_configuration(binaries.architecture),
          binary_list(archive, binaries));
}

void AptRoot::prepare(const DebianArchive& archive, const std::string& configuration, const std::string& list) {
  for (const char* name : {"state", "lists/partial", "cache/archives/partial", "sources", "log"}) {
    fs::create_directories(folder_ / name);
  }
  write_file_if_changed(folder_ / "apt.conf", configuration);
  write_file_if_changed(folder_ / "state/status", "");
  if (write_file_if_changed(folder_ / "sources/debian.sources", list)) fs::remove(stamp_of(folder_));
  for (const auto* entries : {&archive.main, &archive.security}) {
    for (const AptEntry& entry : *entries) add_once(bases_, entry.uris.front());
  }
}

std::vector<std::string> AptRoot::command(std::vector<std::string> argv) const {
  std::vector<std::string> all{"env", "LC_ALL=C", argv.front(), "-c", (folder_ / "apt.conf").string()};
  all.insert(all.end(), argv.begin() + 1, argv.end());
  return all;
}

std::optional<std::int64_t> AptRoot::age() const {
  std::error_code absent;
  const auto written = fs::last_write_time(stamp_of(folder_), absent);
  if (absent) return std::nullopt;
  const auto since = fs::file_time_type::clock::now() - written;
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

std::string AptRoot::update() const {
  const Captured result = capture({command({"apt-get", "update"})});
  const bool some = result.output.find("Get:") != std::string::npos || result.output.find("Hit:") != std::string::npos;
  if (result.exit.ok() || some) write_file(stamp_of(folder_), "");
  // A suite that a mirror does not carry ends apt-get with 0 or 100, depending on which; its words tell the same.
  return result.exit.ok() ? "" : apt_reason(result.output);
}

AptRoot::Candidates AptRoot::candidates(const std::string& package, const std::string& version,
                                        const std::string& file) const {
  Candidates found;
  const Captured printed =
      capture({command({"apt-get", "source", "--print-uris", "--download-only", package + "=" + version})});
  if (printed.exit.ok()) {
    for (const PrintedUri& line : parse_print_uris(printed.output)) {
      if (line.file != file) continue;
      add_once(found.uris, line.uri);
      found.size = line.size;
    }
  }
  for (const ShownSource& source : parse_showsrc(capture({command({"apt-cache", "showsrc", package})}).output)) {
    add_once(found.versions, source.version);
    if (!lists(source, file)) continue;
    for (const std::string& base : bases_) add_once(found.uris, joined(base, source.directory, file));
  }
  return found;
}

std::string AptRoot::download(const std::string& uri, const fs::path& to) const {
  const Captured result = capture({command({"/usr/lib/apt/apt-helper", "download-file", uri, to.string()})});
  if (!result.exit.ok()) return apt_reason(result.output);
  // Of an archive that is a folder of this machine, apt makes a link to the file.
  if (fs::is_symlink(to)) {
    const fs::path file = fs::read_symlink(to);
    fs::remove(to);
    copy_file_whole(file, to);
  }
  return "";
}

std::vector<PrintedUri> parse_print_uris(std::string_view output) {
  std::vector<PrintedUri> all;
  std::istringstream in{std::string(output)};
  for (std::string line; std::getline(in, line);) {
    const auto end = line.find('\'', 1);
    if (!line.starts_with('\'') || end == std::string::npos) continue;
    PrintedUri printed{line.substr(1, end - 1), "", 0};
    std::istringstream rest(line.substr(end + 1));
    if (rest >> printed.file >> printed.size) all.push_back(std::move(printed));
  }
  return all;
}

std::vector<ShownSource> parse_showsrc(std::string_view output) {
  std::vector<ShownSource> all;
  std::istringstream in{std::string(output)};
  bool in_files = false;
  for (std::string line; std::getline(in, line);) {
    line = stripped(line);
    if (line.starts_with("Package: ")) all.emplace_back();
    if (all.empty()) continue;
    if (line.starts_with("Version: ")) all.back().version = line.substr(9);
    if (line.starts_with("Directory: ")) all.back().directory = line.substr(11);
    if (!line.starts_with(' ')) {
      in_files = line.starts_with("Files:") || line.starts_with("Checksums-");
    } else if (in_files) {  // " HASH SIZE NAME"
      add_once(all.back().files, line.substr(line.rfind(' ') + 1));
    }
  }
  return all;
}

std::string apt_reason(std::string_view output) {
  std::string last;
  std::string failed_item;
  std::istringstream in{std::string(output)};
  for (std::string line; std::getline(in, line);) {
    line = stripped(line);
    if (line.starts_with("E: ")) return line.substr(3);
    if (line.starts_with("Err:") && failed_item.empty()) failed_item = line;
    if (!line.empty()) last = line;
  }
  if (!failed_item.empty()) return failed_item;
  return last.empty() ? "apt said nothing" : last;
}

}  // namespace kjx::source
