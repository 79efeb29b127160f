#include <gmock/gmock.h>

#include "diag/testing.h"
#include "provenance/provenance.h"
#include "work/fake_work.h"

namespace kjx::provenance {
namespace {

using nlohmann::json;

class LicensesTest : public testing::Test {
 protected:
  LicensesTest() {
    work.unpacked = folder.path() / "unpacked";
    for (const char* name : {"COPYING", "LICENSE.txt", "licence-of-parts", "README", "licensed.c", "sub/LICENSE"}) {
      write_file(work.unpacked / name, std::string("text of ") + name);
    }
    std::filesystem::create_symlink("/etc/passwd", work.unpacked / "NOTICE");
    work.said["components"] = json::array({one});
    work.given.emplace_back("source/one", work.store().put("archive"));
  }
  store::Manifest made() {
    licenses_action().run(work);
    return work.tree("licenses");
  }
  std::vector<std::string> paths() {
    std::vector<std::string> all;
    const auto tree = made();
    for (const auto& entry : tree.entries()) {
      if (entry.type == store::Entry::Type::file) all.push_back(entry.path);
    }
    return all;
  }
  std::string text(const std::string& path) { return work.store().read(work.tree("licenses").find(path)->digest); }

  json one = json::parse(R"({"name": "one", "version": "1", "license": "GPL-2.0-only", "files": [], "strip": 1,
      "source": {"sha256": "bb22", "from": [{"kind": "tarball", "fields": {"url": "https://one.example/one.tar"}}]}})");
  TemporaryFolder folder{testing::TempDir(), "licenses"};
  work::FakeWork work{folder.path()};
};

TEST_F(LicensesTest, AreFoundByTheirUsualNamesAtTheTop) {
  EXPECT_THAT(paths(), testing::ElementsAre("INDEX", "one/COPYING", "one/LICENSE.txt", "one/licence-of-parts"));
  EXPECT_EQ(text("one/COPYING"), "text of COPYING");
}

TEST_F(LicensesTest, AreThoseThatTheRecipeNames) {
  work.said["components"][0]["files"] = {"sub/LICENSE"};
  EXPECT_THAT(paths(), testing::ElementsAre("INDEX", "one/sub/LICENSE"));
}

TEST_F(LicensesTest, NamedAndNotThereAreAnError) {
  for (const char* name : {"ABSENT", "../COPYING", "NOTICE", "sub"}) {
    work.said["components"][0]["files"] = {name};
    expect_failure([&] { licenses_action().run(work); },
                   std::string("error: the source of 'one' has no file '") + name +
                       "' [bad-value]\n  help: `license-files:` names files by their path in the unpacked source\n");
  }
}

TEST_F(LicensesTest, OfDebiansPackagesStandInThese) {
  const auto entry = [&](std::string path, const std::string& bytes) {
    return store::Entry{.path = std::move(path), .mode = 0644, .digest = work.store().put(bytes), .size = bytes.size()};
  };
  store::Manifest base;
  base.add(entry("usr/share/doc/gcc-12-base/copyright", "GCC's"));
  store::Manifest library;
  store::Entry link{.path = "usr/share/doc/libgcc-s1", .type = store::Entry::Type::symlink, .mode = 0777};
  link.target = "gcc-12-base";
  library.add(link);
  store::Manifest bare;
  bare.add(entry("usr/bin/bare", "x"));
  work.add_tree("deb/two/gcc-12-base", base);
  work.add_tree("deb/two/libgcc-s1", library);
  work.add_tree("deb/two/bare", bare);
  work.said["components"] =
      json::array({json::parse(R"({"name": "two", "version": "2", "license": "MIT", "files": [], "strip": 1})")});
  EXPECT_THAT(paths(), testing::ElementsAre("INDEX", "two/gcc-12-base.copyright", "two/libgcc-s1.copyright"));
  EXPECT_EQ(text("two/libgcc-s1.copyright"), "GCC's");
}

TEST_F(LicensesTest, ComeWithPatchesAndTheWayToTheSources) {
  work.add_file("patch/one/0001-fix.patch", "a patch");
  work.said["components"].push_back(json::parse(
      R"({"name": "two", "version": "2", "license": "MIT", "files": [], "strip": 0, "source": {"path": "src"}})"));
  store::Manifest tree;
  tree.add({.path = "LICENSE", .mode = 0644, .digest = work.store().put("MIT's"), .size = 5});
  work.add_tree("source-tree/two", tree);
  work.said["components"].push_back(
      json::parse(R"({"name": "three", "version": "3", "license": "MIT", "files": [], "strip": 1})"));
  (void)made();
  EXPECT_EQ(text("INDEX"),
            "one 1: GPL-2.0-only\n"
            "  text: one/COPYING\n  text: one/LICENSE.txt\n  text: one/licence-of-parts\n"
            "  source, to be offered with the image: https://one.example/one.tar\n"
            "  sha256: bb22\n"
            "  patch: one/patches/0001-fix.patch\n"
            "\ntwo 2: MIT\n  text: two/LICENSE\n  source: the layer's folder src\n"
            "\nthree 3: MIT\n  text: none in its source\n");
  EXPECT_EQ(text("one/patches/0001-fix.patch"), "a patch");
  EXPECT_EQ(text("two/LICENSE"), "MIT's");
  EXPECT_THAT(work.patches_asked, testing::ElementsAre("patch/one/0001-fix.patch"));
}

}  // namespace
}  // namespace kjx::provenance
