#include "provenance/origin.h"

#include <fmt/format.h>

#include <algorithm>

namespace kjx::provenance {
namespace {

// As the package URL specification wants it: everything but letters, digits and ".-_~" as %XX.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                       c == '-' || c == '_' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

Origin debian_origin(const nlohmann::json& fields) {
  const auto package = fields.value("package", "");
  const auto version = fields.value("version", "");
  return {debian_url(package, version, "source"),
          fmt::format("{} of Debian's source package {} {}", fields.value("file", "the archive"), package, version)};
}

// What a package of Debian's itself is made from stands in its own source package, which has any name.
Origin debian_binary_origin(const nlohmann::json& fields) {
  const auto package = fields.value("package", "");
  const auto version = fields.value("version", "");
  return {debian_url(package, version), fmt::format("the source of Debian's package {} {}", package, version)};
}

}  // namespace

std::vector<Origin> origins(const nlohmann::json& source) {
  std::vector<Origin> all;
  for (const auto& each : source.value("from", nlohmann::json::array())) {
    const auto fields = each.value("fields", nlohmann::json::object());
    if (each.value("kind", "") == "debian") {
      all.push_back(debian_origin(fields));
    } else if (each.value("kind", "") == "debian-binary") {
      all.push_back(debian_binary_origin(fields));
    } else if (const auto url = fields.value("url", ""); !url.empty()) {
      all.push_back({url, url});
    }
  }
  return all;
}

std::string debian_url(std::string_view package, std::string_view version, std::string_view architecture) {
  return fmt::format("pkg:deb/debian/{}@{}{}{}", percent_encoded(package), percent_encoded(version),
                     architecture.empty() ? "" : "?arch=", architecture);
}

}  // namespace kjx::provenance
