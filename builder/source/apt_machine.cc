#include "source/apt_machine.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "base/process.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;

// Debian's codename of this machine, by os-release(5); "" when it runs something else.
std::string debian_codename() {
  std::ifstream in("/etc/os-release");
  bool debian = false;
  std::string codename;
  for (std::string line; std::getline(in, line);) {
    if (line == "ID=debian") debian = true;
    if (line.starts_with("VERSION_CODENAME=")) codename = line.substr(17);
  }
  return debian ? codename : "";
}

// Where the machine's apt looks for its sources (they can be moved by configuration).
std::pair<fs::path, fs::path> apt_places() {
  const Captured said =
      capture({{"apt-config", "shell", "LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"}});
  std::pair<fs::path, fs::path> places{"/etc/apt/sources.list", "/etc/apt/sources.list.d"};
  std::istringstream in(said.output);
  for (std::string line; std::getline(in, line);) {  // NAME='VALUE'
    const auto quote = line.find('\'');
    if (quote == std::string::npos || !line.ends_with('\'')) continue;
    const std::string value = line.substr(quote + 1, line.size() - quote - 2);
    if (line.starts_with("LIST=")) places.first = value;
    if (line.starts_with("PARTS=")) places.second = value;
  }
  return places;
}

}  // namespace

DebianArchive archive_of_this_machine(const std::string& suite) {
  if (!find_program("apt-get") || !find_program("apt-config")) {
    throw std::runtime_error("this machine has no apt-get, so it is not Debian");
  }
  const auto [list, parts] = apt_places();
  DebianArchive archive = debian_archive(read_apt_sources(list, parts), debian_codename(), suite);
  if (archive.main.empty() && archive.security.empty()) {
    throw std::runtime_error("this machine's apt is not set up for Debian's archive");
  }
  return archive;
}

}  // namespace kjx::source
