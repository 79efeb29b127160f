// debian: one file of a Debian source package, through the machine's own apt.
//
// Whoever runs Debian has said in /etc/apt where its archive is, behind which proxy, and whom to trust; so apt is
// asked, with lists and sources of our own (apt_root.h), and no archive's name stands in a recipe or in this program.
// Only the one file wanted is downloaded: `apt-get source` fails as a whole when a mirror lacks any file of the
// package.
#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "source/apt_machine.h"
#include "source/apt_root.h"
#include "source/source.h"

namespace kjx::source {
namespace of_debian {

namespace fs = std::filesystem;

constexpr std::int64_t lists_good_for = std::int64_t{24} * 60 * 60;  // seconds
constexpr std::int64_t lists_just_fetched = std::int64_t{10} * 60;   // not worth asking again for what they do not know

std::string listing(const std::vector<std::string>& versions) {
  std::string text;
  for (const std::string& version : versions) text += (text.empty() ? "" : ", ") + version;
  return text;
}

struct Query {
  std::string package, version, suite, file;
};

AptRoot::Candidates find_file(const AptRoot& apt, const Query& query, const Fetching& fetching) {
  std::string trouble;
  const auto update = [&] {
    fetching.log(fmt::format("apt-get update for the source packages of {}", query.suite));
    trouble = apt.update();
    if (!trouble.empty()) fetching.log("apt-get update: " + trouble);
  };
  if (apt.age().value_or(lists_good_for) >= lists_good_for) update();
  auto found = apt.candidates(query.package, query.version, query.file);
  if (found.uris.empty() && trouble.empty() && apt.age().value_or(lists_good_for) > lists_just_fetched) {
    update();
    found = apt.candidates(query.package, query.version, query.file);
  }
  if (!found.uris.empty()) return found;
  if (!found.versions.empty()) {
    throw std::runtime_error(fmt::format("{} has no file {} in {} {} (it has version {})", query.suite, query.file,
                                         query.package, query.version, listing(found.versions)));
  }
  if (!trouble.empty()) throw std::runtime_error("apt-get update: " + trouble);
  throw std::runtime_error(fmt::format("{} has no source package {}", query.suite, query.package));
}

// apt reports progress for people only; the growing file says the same.
std::jthread watch(const Fetching& fetching, std::uint64_t total) {
  return std::jthread([&fetching, total](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::error_code absent;
      const auto size = fs::file_size(fetching.to, absent);
      if (!absent && fetching.progress) fetching.progress(size, total);
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
}

void fetch_debian(const nlohmann::json& fields, const Fetching& fetching) {
  const Query query{fields.at("package"), fields.at("version"), fields.at("suite"), fields.at("file")};
  const DebianArchive archive = archive_of_this_machine(query.suite);
  const fs::path folder = fetching.scratch / query.suite;
  AptRoot::Candidates found;
  {
    const FileLock lock(folder.string() + ".lock", [&](std::string_view holder) {
      fetching.log(fmt::format("{} is using the lists of {}; waiting", holder, query.suite));
    });
    found = find_file(AptRoot(folder, archive, query.suite), query, fetching);
  }
  const AptRoot apt(folder, archive, query.suite);
  std::string reason;
  for (const std::string& uri : found.uris) {
    fetching.log("apt-helper download-file " + uri);
    const auto watching = watch(fetching, found.size);
    const std::string trouble = apt.download(uri, fetching.to);
    if (trouble.empty()) return;
    if (reason.empty()) reason = trouble;
  }
  throw std::runtime_error(reason);
}

std::string describe_debian(const nlohmann::json& fields) {
  return fmt::format("debian source package {} {} of {}, file {}", fields.at("package").get<std::string>(),
                     fields.at("version").get<std::string>(), fields.at("suite").get<std::string>(),
                     fields.at("file").get<std::string>());
}

bool needs_network(const nlohmann::json&) { return true; }

}  // namespace of_debian

const Kind& debian_source() {
  using namespace of_debian;
  using schema::Type;
  static const schema::Table table{
      "a debian source",
      "A file of a Debian source package.",
      {{"package", Type::name, "The source package.", true},
       {"version", Type::text, "Its version as Debian writes it, with epoch and revision: 1:1.37.0-6.", true},
       {"suite", Type::name, "The release that has it: trixie.", true},
       {"file", Type::text, "The file's name: busybox_1.37.0.orig.tar.bz2.", true}}};
  static const Kind kind{
      "debian",
      "Gets one file of a Debian source package from the archive that this machine's apt is set up for, with lists and "
      "sources of kjx's own: the machine's apt state is neither changed nor needed, and root is not needed either.",
      &table,
      &fetch_debian,
      &describe_debian,
      &needs_network};
  return kind;
}

}  // namespace kjx::source
