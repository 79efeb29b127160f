#include <gmock/gmock.h>

#include "provenance/provenance.h"
#include "provenance/sha1.h"
#include "work/fake_work.h"

namespace kjx::provenance {
namespace {

using nlohmann::json;

class SbomTest : public testing::Test {
 protected:
  SbomTest() {
    work.at = 1767225600;
    work.said = json::parse(R"({"distro": "tiny", "version": "1", "image": "root", "kjx": "0.1", "components": [
      {"name": "g++_x", "version": "1", "license": "MIT", "home": "https://one.example", "part": true,
       "build": ["tool"], "target": ["lib"],
       "source": {"sha256": "bb22", "from": [
         {"kind": "debian", "fields": {"package": "one", "version": "1-1", "file": "one.tar"}},
         {"kind": "tarball", "fields": {"url": "https://one.example/one.tar"}}]}},
      {"name": "lib", "version": "2", "license": "GPL-2.0-only", "home": "", "part": false, "build": [], "target": [],
       "source": {"path": "src"}},
      {"name": "isolinux", "version": "6", "license": "GPL-2.0-or-later", "home": "", "boot": true, "build": [],
       "target": []},
      {"name": "tool", "version": "3", "license": "MIT", "home": "", "part": false, "build": [], "target": []}]})");
    store::Manifest part;
    add(part, "bin/one", "one");
    add(part, "bin/changed", "as it was");
    store::Manifest root;
    add(root, "bin/one", "one");
    add(root, "bin/changed", "as it is");
    root.add({.path = "bin/link", .type = store::Entry::Type::symlink, .target = "one"});
    part.complete_parents();
    root.complete_parents();
    work.add_tree("part/g++_x", part);
    work.add_tree("root", root);
    work.given.emplace_back("file/root.cpio", work.store().put("cpio"));
  }
  void add(store::Manifest& manifest, const std::string& path, const std::string& bytes) {
    manifest.add({.path = path, .mode = 0755, .digest = work.store().put(bytes), .size = bytes.size()});
  }
  json made() {
    sbom_action().run(work);
    return json::parse(work.store().read(work.outputs.at("sbom")));
  }
  static json named(const json& list, const std::string& field, const std::string& value) {
    for (const auto& each : list) {
      if (each.at(field) == value) return each;
    }
    ADD_FAILURE() << "no " << value;
    return {};
  }
  static std::vector<std::string> relations(const json& document) {
    std::vector<std::string> all;
    for (const auto& each : document.at("relationships")) {
      all.push_back(each.at("spdxElementId").get<std::string>() + " " + each.at("relationshipType").get<std::string>() +
                    " " + each.at("relatedSpdxElement").get<std::string>());
    }
    return all;
  }

  TemporaryFolder folder{testing::TempDir(), "sbom"};
  work::FakeWork work{folder.path()};
};

TEST_F(SbomTest, GivesEachFileToThePartItCameFrom) {
  const auto document = made();
  ASSERT_EQ(document.at("files").size(), 3u);  // links are no files
  EXPECT_EQ(named(document.at("files"), "fileName", "./bin/one").at("checksums"),
            json::parse(R"([{"algorithm": "SHA1", "checksumValue": ")" + sha1_of("one") +
                        R"("}, {"algorithm": "SHA256", "checksumValue": ")" + digest_of("one").hex() + R"("}])"));
  EXPECT_THAT(relations(document),
              testing::UnorderedElementsAre(
                  "SPDXRef-Image CONTAINS SPDXRef-File-1", "SPDXRef-Package-g-2b--2b--5f-x CONTAINS SPDXRef-File-2",
                  "SPDXRef-DOCUMENT DESCRIBES SPDXRef-Image", "SPDXRef-Image CONTAINS SPDXRef-Package-g-2b--2b--5f-x",
                  "SPDXRef-Package-g-2b--2b--5f-x DEPENDS_ON SPDXRef-Package-lib",
                  "SPDXRef-Image CONTAINS SPDXRef-Package-isolinux",
                  "SPDXRef-Package-tool BUILD_TOOL_OF SPDXRef-Package-g-2b--2b--5f-x",
                  "SPDXRef-File-3 GENERATED_FROM SPDXRef-Image"));
}

TEST_F(SbomTest, NamesDebiansPackagesThatFilesAreLeftOf) {
  const auto deb = [](const char* name) {
    return json{{"name", name}, {"version", "1+2"}, {"architecture", "amd64"}, {"sha256", "cc33"}};
  };
  work.said["components"][0]["debs"] = json::array({deb("one-bin"), deb("gone")});
  store::Manifest has;
  add(has, "usr/bin/one", "one");  // elsewhere in the package
  work.add_tree("deb/g++_x/one-bin", has);
  store::Manifest gone;
  add(gone, "usr/share/doc", "dropped");
  work.add_tree("deb/g++_x/gone", gone);
  const auto document = made();
  const auto one = named(document.at("packages"), "name", "one-bin");
  EXPECT_EQ(one.at("versionInfo"), "1+2");
  EXPECT_EQ(one.at("externalRefs")[0].at("referenceLocator"), "pkg:deb/debian/one-bin@1%2B2?arch=amd64");
  EXPECT_EQ(one.at("packageVerificationCode").at("packageVerificationCodeValue"), sha1_of(sha1_of("one")));
  EXPECT_EQ(std::ranges::count(document.at("packages"), "gone", [](const json& each) { return each.at("name"); }), 0);
  const auto id = one.at("SPDXID").get<std::string>();
  EXPECT_THAT(relations(document), testing::Contains("SPDXRef-Package-g-2b--2b--5f-x CONTAINS " + id));
  EXPECT_THAT(relations(document), testing::Contains(id + " CONTAINS SPDXRef-File-2"));
}

TEST_F(SbomTest, SaysWhatTheRecipesSay) {
  const auto document = made();
  const auto one = named(document.at("packages"), "name", "g++_x");
  EXPECT_EQ(one.at("versionInfo"), "1");
  EXPECT_EQ(one.at("licenseDeclared"), "MIT");
  EXPECT_EQ(one.at("homepage"), "https://one.example");
  EXPECT_EQ(one.at("downloadLocation"), "https://one.example/one.tar");
  EXPECT_EQ(one.at("checksums"), json::parse(R"([{"algorithm": "SHA256", "checksumValue": "bb22"}])"));
  EXPECT_EQ(one.at("externalRefs"), json::parse(R"([{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                             "referenceLocator": "pkg:deb/debian/one@1-1?arch=source"}])"));
  EXPECT_EQ(one.at("packageVerificationCode").at("packageVerificationCodeValue"), sha1_of(sha1_of("one")));
  const auto lib = named(document.at("packages"), "name", "lib");
  EXPECT_EQ(lib.at("filesAnalyzed"), false);
  EXPECT_EQ(lib.at("downloadLocation"), "NOASSERTION");
  EXPECT_EQ(lib.at("sourceInfo"), "a folder of the layer's: src");
  EXPECT_EQ(document.at("creationInfo"),
            json::parse(R"({"created": "2026-01-01T00:00:00Z", "creators": ["Tool: kjx-0.1"]})"));
}

TEST_F(SbomTest, HasANameInTheWorldThatFollowsFromItsContent) {
  const auto first = made();
  EXPECT_EQ(first, made());
  work.said["components"][0]["version"] = "1.1";
  EXPECT_NE(first.at("documentNamespace"), made().at("documentNamespace"));
}

}  // namespace
}  // namespace kjx::provenance
