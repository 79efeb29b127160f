// Where a component's source comes from, as others can name it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace kjx::provenance {

struct Origin {
  std::string uri;   // an address, or a package URL ("pkg:deb/debian/...")
  std::string text;  // for people
};

// Of a component's "source" (provenance.h), in the order in which they are tried. None for one that is a folder of the
// layer's.
[[nodiscard]] std::vector<Origin> origins(const nlohmann::json& source);

// A package URL of Debian's: its binary package, or its source package when `architecture` is "source".
[[nodiscard]] std::string debian_url(std::string_view package, std::string_view version,
                                     std::string_view architecture = {});

}  // namespace kjx::provenance
