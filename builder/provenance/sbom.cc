// "provenance.sbom": what is in an image, as an SPDX document (version 2.3, JSON).
//
// Description: {"distro", "version", "image", "kjx", "components": [... (provenance.h), each with "part": does the
// image hold files of it?]}. Inputs "root" (the image's tree), "part/NAME" (the trees of components that are parts),
// "deb/NAME/DEB" (those of the Debian packages that such a one is made of) and "file/NAME" (the image's outputs).
// Output "sbom".
//
// A file of the root belongs to the part that has the same bytes at the same path; what no part has (what kjx wrote,
// what the layer laid over) is the image's own. In a part made of Debian's packages it is the package's that has the
// same bytes at whatever path; one that no file is left of is not named. SPDX wants a SHA-1 of every file beside other
// digests, so files are read; it proves nothing here.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "provenance/origin.h"
#include "provenance/provenance.h"
#include "provenance/sha1.h"

namespace kjx::provenance {
namespace {

using nlohmann::json;

constexpr std::string_view unknown = "NOASSERTION";
constexpr std::string_view image_id = "SPDXRef-Image";

// Letters, digits, "." and "-" are all that an identifier may have.
std::string package_id(std::string_view name) {
  std::string id = "SPDXRef-Package-";
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    id += plain || c == '-' ? std::string(1, c) : fmt::format("-{:02x}-", static_cast<unsigned char>(c));
  }
  return id;
}

json relationship(std::string_view from, std::string_view type, std::string_view to) {
  return {{"spdxElementId", from}, {"relationshipType", type}, {"relatedSpdxElement", to}};
}

class Sbom {
 public:
  explicit Sbom(work::Work& work) : work_(work), said_(work.description()) {}

  json document() {
    for (const auto& component : said_.at("components")) {
      const auto name = component.at("name").get<std::string>();
      if (!component.value("part", false)) continue;
      parts_[name] = work_.store().manifest(work_.input("part/" + name));
      for (const auto& deb : component.value("debs", json::array())) add_deb_files(name, deb.at("name"));
    }
    add_files();
    add_image();
    for (const auto& component : said_.at("components")) add_component(component);
    add_outputs();
    return whole();
  }

 private:
  static std::string deb_id(std::string_view component, std::string_view deb) {
    return package_id(fmt::format("{}/{}", component, deb));
  }

  // Of files that several have, the first is taken for the owner.
  void add_deb_files(const std::string& component, const std::string& deb) {
    const auto tree = work_.store().manifest(work_.input(fmt::format("deb/{}/{}", component, deb)));
    for (const store::Entry& entry : tree.entries()) {
      if (entry.type == store::Entry::Type::file)
        deb_files_[component].emplace(entry.digest.hex(), deb_id(component, deb));
    }
  }

  void add_files() {
    const store::Manifest root = work_.store().manifest(work_.input("root"));
    std::uint64_t done = 0;
    for (const store::Entry& entry : root.entries()) {
      if (entry.type != store::Entry::Type::file) continue;
      const auto owner = owner_of(entry);
      const auto sha1 = sha1_of_file(work_.store().path_of(entry.digest));
      sha1s_[owner].push_back(sha1);
      relationships_.push_back(relationship(owner, "CONTAINS", add_file(entry.path, entry.digest, sha1)));
      work_.progress(++done, 0, entry.path);
    }
  }

  [[nodiscard]] std::string owner_of(const store::Entry& entry) const {
    for (const auto& [name, tree] : parts_) {
      const store::Entry* const same = tree.find(entry.path);
      if (same == nullptr || same->type != entry.type || same->digest != entry.digest) continue;
      const auto debs = deb_files_.find(name);
      if (debs == deb_files_.end()) return package_id(name);
      const auto deb = debs->second.find(entry.digest.hex());
      return deb == debs->second.end() ? package_id(name) : deb->second;
    }
    return std::string(image_id);
  }

  std::string add_file(const std::string& path, const Digest& digest, const std::string& sha1) {
    auto id = fmt::format("SPDXRef-File-{}", files_.size() + 1);
    files_.push_back({{"SPDXID", id},
                      {"fileName", "./" + path},
                      {"checksums", json::array({{{"algorithm", "SHA1"}, {"checksumValue", sha1}},
                                                 {{"algorithm", "SHA256"}, {"checksumValue", digest.hex()}}})},
                      {"licenseConcluded", unknown},
                      {"licenseInfoInFiles", json::array({unknown})},
                      {"copyrightText", unknown}});
    return id;
  }

  // What both kinds of packages say.
  [[nodiscard]] json package(std::string_view id, const json& name, const json& version) const {
    json made{{"SPDXID", id},
              {"name", name},
              {"versionInfo", version},
              {"downloadLocation", unknown},
              {"licenseConcluded", unknown},
              {"licenseDeclared", unknown},
              {"copyrightText", unknown},
              {"filesAnalyzed", false}};
    const auto files = sha1s_.find(std::string(id));
    if (files == sha1s_.end()) return made;
    made["filesAnalyzed"] = true;
    made["licenseInfoFromFiles"] = json::array({unknown});
    made["packageVerificationCode"]["packageVerificationCodeValue"] = verification_code(files->second);
    return made;
  }

  // SPDX 2.3, 7.9: over the files' SHA-1 digests, sorted.
  static std::string verification_code(std::vector<std::string> sha1s) {
    std::ranges::sort(sha1s);
    std::string all;
    for (const auto& each : sha1s) all += each;
    return sha1_of(all);
  }

  void add_image() {
    auto made = package(image_id, said_.at("image"), said_.at("version"));
    made["primaryPackagePurpose"] = "OPERATING_SYSTEM";
    packages_.push_back(std::move(made));
    relationships_.push_back(relationship("SPDXRef-DOCUMENT", "DESCRIBES", image_id));
  }

  void add_component(const json& component) {
    const auto name = component.at("name").get<std::string>();
    const auto id = package_id(name);
    auto made = package(id, name, component.at("version"));
    made["licenseDeclared"] = component.at("license");
    if (const auto home = component.value("home", ""); !home.empty()) made["homepage"] = home;
    add_source(made, component.value("source", json::object()));
    packages_.push_back(std::move(made));
    if (parts_.contains(name) || component.value("boot", false))
      relationships_.push_back(relationship(image_id, "CONTAINS", id));
    for (const auto& other : component.at("target"))
      relationships_.push_back(relationship(id, "DEPENDS_ON", package_id(other.get<std::string>())));
    for (const auto& other : component.at("build"))
      relationships_.push_back(relationship(package_id(other.get<std::string>()), "BUILD_TOOL_OF", id));
    for (const auto& deb : component.value("debs", json::array())) add_deb(name, deb);
  }

  // Who looks for known weaknesses knows Debian's packages, not what they were put together to.
  void add_deb(const std::string& component, const json& deb) {
    const auto name = deb.at("name").get<std::string>();
    const auto id = deb_id(component, name);
    if (!sha1s_.contains(id)) return;
    auto made = package(id, name, deb.at("version"));
    made["checksums"] = json::array({{{"algorithm", "SHA256"}, {"checksumValue", deb.at("sha256")}}});
    made["externalRefs"].push_back({{"referenceCategory", "PACKAGE-MANAGER"},
                                    {"referenceType", "purl"},
                                    {"referenceLocator", debian_url(name, deb.at("version").get<std::string>(),
                                                                    deb.at("architecture").get<std::string>())}});
    packages_.push_back(std::move(made));
    relationships_.push_back(relationship(package_id(component), "CONTAINS", id));
  }

  static void add_source(json& made, const json& source) {
    if (source.contains("sha256"))
      made["checksums"] = json::array({{{"algorithm", "SHA256"}, {"checksumValue", source["sha256"]}}});
    if (source.contains("path")) made["sourceInfo"] = "a folder of the layer's: " + source["path"].get<std::string>();
    for (const auto& origin : origins(source)) {
      if (!origin.uri.starts_with("pkg:")) {
        if (made["downloadLocation"] == unknown) made["downloadLocation"] = origin.uri;
        continue;
      }
      made["externalRefs"].push_back(
          {{"referenceCategory", "PACKAGE-MANAGER"}, {"referenceType", "purl"}, {"referenceLocator", origin.uri}});
    }
  }

  // The files that are given away: all of them are made from the image.
  void add_outputs() {
    constexpr std::string_view prefix = "file/";
    for (const auto& [slot, digest] : work_.inputs(prefix)) {
      const auto sha1 = sha1_of_file(work_.store().path_of(digest));
      const auto id = add_file(slot.substr(prefix.size()), digest, sha1);
      relationships_.push_back(relationship(id, "GENERATED_FROM", image_id));
    }
  }

  // Its name in the world is derived from what it says.
  json whole() {
    const auto epoch = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(work_.epoch())));
    json document{
        {"spdxVersion", "SPDX-2.3"},
        {"dataLicense", "CC0-1.0"},
        {"SPDXID", "SPDXRef-DOCUMENT"},
        {"name", fmt::format("{}-{}", said_.at("distro").get<std::string>(), said_.at("image").get<std::string>())},
        {"creationInfo",
         {{"created", epoch}, {"creators", json::array({"Tool: kjx-" + said_.at("kjx").get<std::string>()})}}},
        {"packages", std::move(packages_)},
        {"files", std::move(files_)},
        {"relationships", std::move(relationships_)}};
    const auto digest = digest_of(document.dump(-1, ' ', false, json::error_handler_t::replace));
    document["documentNamespace"] =
        fmt::format("urn:kjx:sbom:{}:{}", document.at("name").get<std::string>(), digest.hex());
    return document;
  }

  work::Work& work_;
  const json& said_;
  std::map<std::string, store::Manifest> parts_;
  std::map<std::string, std::map<std::string, std::string>> deb_files_;  // by component: digest to package
  std::map<std::string, std::vector<std::string>> sha1s_;                // by the package that has the files
  json packages_ = json::array();
  json files_ = json::array();
  json relationships_ = json::array();
};

void write_sbom(work::Work& work) {
  const json document = Sbom(work).document();
  // A path that is no UTF-8 cannot be said in JSON.
  work.output("sbom", work.store().put(document.dump(1, ' ', false, json::error_handler_t::replace) + "\n"));
}

}  // namespace

const work::Kind& sbom_action() {
  static const work::Kind kind{"provenance.sbom", 3, {}, write_sbom};
  return kind;
}

}  // namespace kjx::provenance
