// debian-binary: one Debian binary package, a *.deb, through the machine's own apt (see debian.cc).
//
// The lock knows the file's name in the archive, so no lists are needed to get it. Only when it is not there any more
// are they asked what took its place.
#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "base/file.h"
#include "source/apt_binaries.h"
#include "source/source.h"

namespace kjx::source {
namespace of_debian_binary {

std::string text(const nlohmann::json& fields, const char* name) { return fields.at(name).get<std::string>(); }

// Why there is no such file, in view of what the archive has today.
std::string account_for(const BinaryArchive& archive, const nlohmann::json& fields, const std::string& reason) {
  const std::string name = text(fields, "package");
  const std::string trouble = archive.refresh();
  const auto now = archive.candidate(name);
  if (!now) {
    return trouble.empty() ? fmt::format("{} has no package {} any more: {}", text(fields, "suite"), name, reason)
                           : reason;
  }
  if (now->file == text(fields, "file")) {
    return fmt::format("{} lists it, but its file cannot be had: {}", text(fields, "suite"), reason);
  }
  return fmt::format("it is gone from the archive; `kjx lock --update {}` would choose {} {} ({} bytes)", name, name,
                     now->version, now->size);
}

void fetch_debian_binary(const nlohmann::json& fields, const Fetching& fetching) {
  const Binaries binaries{text(fields, "suite"), fields.value("security", false), text(fields, "architecture")};
  const BinaryArchive archive(fetching.scratch, binaries, fetching.log);
  const std::string reason = archive.download(text(fields, "file"), fetching.to);
  if (reason.empty()) return;
  // One root, one apt.
  const FileLock lock(fetching.scratch / "lists.lock", [&](std::string_view holder) {
    fetching.log(fmt::format("{} is using apt's lists; waiting", holder));
  });
  throw std::runtime_error(account_for(archive, fields, reason));
}

std::string describe_debian_binary(const nlohmann::json& fields) {
  return fmt::format("debian package {} {} ({}) of {}", text(fields, "package"), text(fields, "version"),
                     text(fields, "architecture"), text(fields, "suite"));
}

bool needs_network(const nlohmann::json&) { return true; }

}  // namespace of_debian_binary

const Kind& debian_binary_source() {
  using namespace of_debian_binary;
  using schema::Type;
  static const schema::Table table{
      "a debian-binary source",
      "A Debian binary package.",
      {{"package", Type::name, "The package.", true},
       {"version", Type::text, "Its version as Debian writes it, with epoch and revision: 1:2.5-6.", true},
       {"architecture", Type::name, "The architecture whose lists have it: amd64.", true},
       {"suite", Type::name, "The release that has it: bookworm.", true},
       {"security", Type::boolean, "Whether the release's updates and security fixes are meant too.", false, "false"},
       {"file", Type::text, "The file's name in the archive: pool/main/r/runit/runit_2.1.2-54_amd64.deb.", true}}};
  static const Kind kind{
      "debian-binary",
      "Gets one Debian binary package from the archive that this machine's apt is set up for, without touching the "
      "machine's apt state. Packages with all they depend on are a style's work: `kjx help style debian-binary`.",
      &table,
      &fetch_debian_binary,
      &describe_debian_binary,
      &needs_network};
  return kind;
}

}  // namespace kjx::source
