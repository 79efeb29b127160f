// A private apt: own lists, own cache, own sources list, so that the host's apt is neither needed as root nor changed.
// The host's proxies, credentials and key rings are used as they are, by apt itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "source/apt_sources.h"

namespace kjx::source {

class AptRoot {
 public:
  // `folder` is kept between runs. Writes configuration and sources list (IoError). Lists are not fetched yet.
  AptRoot(const std::filesystem::path& folder, const DebianArchive& archive, std::string_view suite);
  // The same for binary packages, with no package installed: what it is asked to install comes with all it depends on.
  AptRoot(const std::filesystem::path& folder, const DebianArchive& archive, const Binaries& binaries);

  // Seconds since the lists were fetched; nothing if never for this sources list.
  [[nodiscard]] std::optional<std::int64_t> age() const;
  // Fetches the lists. Returns what went wrong, "" when nothing did; lists that came are usable even then, because
  // mirrors can be partial.
  [[nodiscard]] std::string update() const;

  // The URIs where `file` of source package PACKAGE may be: of the pinned version by apt's own account, then of any
  // version that lists the file (a Debian revision that vanished leaves the upstream file to its successor).
  struct Candidates {
    std::vector<std::string> uris;
    std::vector<std::string> versions;  // of the package, that the lists know
    std::uint64_t size = 0;             // of the file in bytes, 0 when unknown
  };
  [[nodiscard]] Candidates candidates(const std::string& package, const std::string& version,
                                      const std::string& file) const;

  // Gets `uri` to `to`. Returns what went wrong, "" when nothing did.
  [[nodiscard]] std::string download(const std::string& uri, const std::filesystem::path& to) const;

  // What another program of apt's says in this root.
  [[nodiscard]] Captured ask(std::vector<std::string> argv) const { return capture({command(std::move(argv))}); }
  [[nodiscard]] const std::vector<std::string>& bases() const { return bases_; }

 private:
  void prepare(const DebianArchive& archive, const std::string& configuration, const std::string& list);
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> argv) const;

  std::filesystem::path folder_;
  std::vector<std::string> bases_;  // URIs of the archives
};

// A line of `apt-get source --print-uris`: 'URI' FILE SIZE HASH
struct PrintedUri {
  std::string uri;
  std::string file;
  std::uint64_t size = 0;
};
[[nodiscard]] std::vector<PrintedUri> parse_print_uris(std::string_view output);

// A stanza of `apt-cache showsrc`.
struct ShownSource {
  std::string version;
  std::string directory;
  std::vector<std::string> files;
};
[[nodiscard]] std::vector<ShownSource> parse_showsrc(std::string_view output);

// apt's reason in one line: the first line that starts with "E:", else "Err:", else what it said last.
[[nodiscard]] std::string apt_reason(std::string_view output);

}  // namespace kjx::source
