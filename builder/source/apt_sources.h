// What a Debian machine says about where its archive is: sources.list(5), both formats.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::source {

// One entry that is switched on, of whatever kind (deb, deb-src).
struct AptEntry {
  std::vector<std::string> uris;
  std::vector<std::string> suites;
  std::vector<std::string> components;
  std::string signed_by;  // a key ring's path, fingerprints, or a key itself (then many lines); may be empty
  bool trusted = false;   // read without checking signatures, as the machine's owner said
};

// The format of *.list: "deb [option=value ...] URI SUITE COMPONENT...".
[[nodiscard]] std::vector<AptEntry> parse_one_line(std::string_view text);
// The format of *.sources: stanzas of fields (deb822(5)).
[[nodiscard]] std::vector<AptEntry> parse_deb822(std::string_view text);
// All entries of the file `list` and of the folder `parts`, in apt's order; either may be absent. Throws IoError.
[[nodiscard]] std::vector<AptEntry> read_apt_sources(const std::filesystem::path& list,
                                                     const std::filesystem::path& parts);

// Where Debian's packages come from on this machine.
struct DebianArchive {
  std::vector<AptEntry> main;      // one URI each; suites and components unused
  std::vector<AptEntry> security;  // likewise, for SUITE-security
};
// Of all entries, those that are Debian's own archive: signed by Debian's archive keys, or else carrying the suite of
// this machine (`codename`, empty when it is not Debian) or the wanted one. Entries of other suppliers are left alone.
[[nodiscard]] DebianArchive debian_archive(const std::vector<AptEntry>& entries, std::string_view codename,
                                           std::string_view wanted_suite);

// The *.sources file that lists the source packages of `suite`, with its updates and security fixes.
[[nodiscard]] std::string source_list(const DebianArchive& archive, std::string_view suite);

// Which binary packages are meant. Without `security` it is the suite as it was released (and its point releases): of a
// release that has been followed by another one that no longer moves. With it, its updates and security fixes too.
struct Binaries {
  std::string suite;
  bool security = false;
  std::string architecture;  // as Debian calls it: "amd64"
};
// The *.sources file that lists them.
[[nodiscard]] std::string binary_list(const DebianArchive& archive, const Binaries& binaries);

}  // namespace kjx::source
