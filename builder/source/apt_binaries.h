// Debian's binary packages, as apt in a root of its own knows them.
//
// apt itself chooses what comes with a package (alternatives, virtual packages): from the same lists it chooses the
// same. What it chose goes into the lock, so that a build asks for files by name and needs neither lists nor a choice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "source/apt_root.h"

namespace kjx::source {

struct Binary {
  std::string name;
  std::string version;
  std::string architecture;  // "amd64" or "all"
  std::string file;          // in the archive: "pool/main/r/runit/runit_2.1.2-54_amd64.deb"
  std::uint64_t size = 0;
  Digest sha256;
  std::vector<std::string> needs;  // names in Depends and Pre-Depends, of every alternative; sorted
  bool operator==(const Binary&) const = default;
};

// Stanzas of `apt-cache show` (deb822(5)); those without a name, file or digest are left out.
[[nodiscard]] std::vector<Binary> parse_binaries(std::string_view output);

class BinaryArchive {
 public:
  // Below `scratch`, which is kept between runs. Fetches nothing yet. Throws std::runtime_error with the reason where
  // the machine's apt knows no such archive.
  BinaryArchive(const std::filesystem::path& scratch, const Binaries& binaries,
                const std::function<void(std::string_view)>& log);

  // The lists are fetched now unless that was done within the last minutes. "" or what went wrong.
  std::string refresh() const;
  // `names` and all that they depend on, sorted by name. Throws std::runtime_error with apt's reason.
  [[nodiscard]] std::vector<Binary> closure(const std::vector<std::string>& names) const;
  // What would be taken of this name today.
  [[nodiscard]] std::optional<Binary> candidate(const std::string& name) const;
  // Gets `file` of the archive to `to`. "" or what went wrong.
  [[nodiscard]] std::string download(const std::string& file, const std::filesystem::path& to) const;

 private:
  [[nodiscard]] std::vector<Binary> show(const std::vector<std::string>& wanted) const;
  AptRoot root_;
  std::function<void(std::string_view)> log_;
  std::string suite_;
};

}  // namespace kjx::source
