#include "source/apt_root.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/process.h"
#include "source/source.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(AptOutput, PrintedUris) {
  const auto uris = parse_print_uris(
      "Reading package lists...\n"
      "'http://m.example/pool/main/m/musl/musl_1.2.5.orig.tar.gz' musl_1.2.5.orig.tar.gz 1080786 SHA256:a9a1\n"
      "'http://m.example/broken\n");
  ASSERT_EQ(uris.size(), 1u);
  EXPECT_EQ(uris[0].uri, "http://m.example/pool/main/m/musl/musl_1.2.5.orig.tar.gz");
  EXPECT_EQ(uris[0].file, "musl_1.2.5.orig.tar.gz");
  EXPECT_EQ(uris[0].size, 1080786u);
}

TEST(AptOutput, ShownSources) {
  const auto sources = parse_showsrc(
      "Package: musl\nVersion: 1.2.5-3\nFiles:\n 00 12 musl.dsc\n 11 34 musl.orig.tar.gz\n"
      "Checksums-Sha256:\n 22 34 musl.orig.tar.gz\nDirectory: pool/main/m/musl\n\n"
      "Package: musl\nVersion: 1.2.4-1\nPackage-List:\n musl deb libs optional arch=any\n");
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0].version, "1.2.5-3");
  EXPECT_EQ(sources[0].directory, "pool/main/m/musl");
  EXPECT_THAT(sources[0].files, ElementsAre("musl.dsc", "musl.orig.tar.gz"));
  EXPECT_TRUE(sources[1].files.empty());
}

TEST(AptOutput, OneReason) {
  EXPECT_EQ(apt_reason("Get:1 x\nErr:2 http://m.example y\nW: something\nE: it broke\n"), "it broke");
  EXPECT_EQ(apt_reason("Err:2 http://m.example y\nand so on\n"), "Err:2 http://m.example y");
  EXPECT_EQ(apt_reason(""), "apt said nothing");
}

// A whole archive in a folder of this machine, with one source package, and an apt that is configured for it.
class DebianSource : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("apt-get")) GTEST_SKIP() << "this machine has no apt-get";
    write_file(archive / "pool/t/thing_1.0.orig.tar.gz", body);
    write_file(archive / "dists/testsuite/Release", release());
    write_file(archive / "dists/testsuite/main/source/Sources", index);
    write_file(folder.path() / "etc/sources.list", "deb [trusted=yes] file:" + archive.string() + " testsuite main\n");
    write_file(folder.path() / "apt.conf", "Dir::Etc::sourcelist \"" + (folder.path() / "etc/sources.list").string() +
                                               "\";\nDir::Etc::sourceparts \"/dev/null\";\n"
                                               "APT::Update::Post-Invoke { \"touch " +
                                               (folder.path() / "hook-ran").string() + "\"; };\n");
    setenv("APT_CONFIG", (folder.path() / "apt.conf").c_str(), 1);
  }
  void TearDown() override { unsetenv("APT_CONFIG"); }

  [[nodiscard]] std::string release() const {
    return "Suite: testsuite\nCodename: testsuite\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nArchitectures: amd64\n"
           "Components: main\nSHA256:\n " +
           digest_of(index).hex() + " " + std::to_string(index.size()) + " main/source/Sources\n";
  }
  std::string get(const std::string& version, const std::string& file, const std::string& suite = "testsuite") {
    const Fetching fetching{to, folder.path() / "scratch", [](std::uint64_t, std::uint64_t) {},
                            [&](std::string_view line) { lines.emplace_back(line); }};
    fs::create_directories(fetching.scratch);
    try {
      debian_source().fetch({{"package", "thing"}, {"version", version}, {"suite", suite}, {"file", file}}, fetching);
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  TemporaryFolder folder{testing::TempDir(), "debian"};
  fs::path archive = folder.path() / "archive";
  fs::path to = folder.path() / "partial";
  std::string body = "the upstream file";
  std::string index =
      "Package: thing\nBinary: thing\nVersion: 1.0-2\nMaintainer: x\nArchitecture: any\nFormat: 3.0 (quilt)\n"
      "Directory: pool/t\nChecksums-Sha256:\n " +
      digest_of("dsc").hex() + " 3 thing_1.0-2.dsc\n " + digest_of(body).hex() + " " + std::to_string(body.size()) +
      " thing_1.0.orig.tar.gz\n\n";
  std::vector<std::string> lines;
};

TEST_F(DebianSource, GetsTheOneFileThoughTheDscIsMissing) {
  EXPECT_EQ(get("1.0-2", "thing_1.0.orig.tar.gz"), "");
  EXPECT_EQ(read_file(to), body);
}

TEST_F(DebianSource, FetchesTheListsOnce) {
  get("1.0-2", "thing_1.0.orig.tar.gz");
  lines.clear();
  fs::remove(to);
  EXPECT_EQ(get("1.0-2", "thing_1.0.orig.tar.gz"), "");
  EXPECT_THAT(lines, ElementsAre(HasSubstr("download-file")));
}

TEST_F(DebianSource, FindsTheFileWithASuccessorOfAVanishedRevision) {
  EXPECT_EQ(get("1.0-1", "thing_1.0.orig.tar.gz"), "");
  EXPECT_EQ(read_file(to), body);
}

TEST_F(DebianSource, SaysWhichVersionsThereAre) {
  EXPECT_EQ(get("2.0-1", "thing_2.0.orig.tar.gz"),
            "testsuite has no file thing_2.0.orig.tar.gz in thing 2.0-1 (it has version 1.0-2)");
}

TEST_F(DebianSource, RunsNoneOfTheHostsHooks) {
  get("1.0-2", "thing_1.0.orig.tar.gz");
  EXPECT_FALSE(fs::exists(folder.path() / "hook-ran"));
}

TEST_F(DebianSource, SaysThatTheMachineKnowsNoArchive) {
  write_file(folder.path() / "etc/sources.list", "deb http://127.0.0.1:1/ubuntu othersuite main\n");
  EXPECT_EQ(get("1.0-2", "thing_1.0.orig.tar.gz"), "this machine's apt is not set up for Debian's archive");
}

}  // namespace
}  // namespace kjx::source
