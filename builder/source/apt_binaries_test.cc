#include "source/apt_binaries.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/process.h"
#include "source/source.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(AptBinaries, AreReadFromStanzas) {
  const auto all = parse_binaries(
      "Package: mawk\nArchitecture: amd64\nVersion: 1.3\nPre-Depends: libc6 (>= 2.29), a | b:any\n"
      "Depends: libc6\nTag: x,\n y: z\nFilename: pool/mawk.deb\nSize: 119144\nSHA256: " +
      digest_of("m").hex() + "\n\nPackage: without-file\nVersion: 1\n\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0], (Binary{"mawk", "1.3", "amd64", "pool/mawk.deb", 119144, digest_of("m"), {"a", "b", "libc6"}}));
}

TEST(AptBinaries, TheListNamesPocketsOnlyWhenAsked) {
  const DebianArchive archive{{{{"http://m.example/debian"}, {}, {}, "/keys.gpg", false}},
                              {{{"http://m.example/security"}, {}, {}, "", true}}};
  EXPECT_THAT(binary_list(archive, {"bookworm", false, "amd64"}),
              testing::EndsWith("\n\nTypes: deb\nURIs: http://m.example/debian\nSuites: bookworm\nComponents: main\n"
                                "Signed-By: /keys.gpg\n\n"));
  EXPECT_THAT(binary_list(archive, {"bookworm", true, "amd64"}),
              testing::EndsWith("Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /keys.gpg\n\n"
                                "Types: deb\nURIs: http://m.example/security\nSuites: bookworm-security\n"
                                "Components: main\nTrusted: yes\n\n"));
}

// An archive in a folder of this machine, and an apt that is configured for it.
class BinariesOfAnArchive : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("apt-get")) GTEST_SKIP() << "this machine has no apt-get";
    add("tool", "1:2-1", "all", "Pre-Depends: base\nDepends: virtual | other, shared (>= 1)\nRecommends: extra\n");
    add("base", "1-1", "amd64", "");
    add("first-choice", "3", "amd64", "Provides: virtual\n");
    add("other", "3", "amd64", "");
    add("shared", "1.5", "all", "");
    add("extra", "1", "all", "");
    publish();
    write_file(folder.path() / "etc/sources.list", "deb [trusted=yes] file:" + archive.string() + " testsuite main\n");
    write_file(folder.path() / "apt.conf", "Dir::Etc::sourcelist \"" + (folder.path() / "etc/sources.list").string() +
                                               "\";\nDir::Etc::sourceparts \"/dev/null\";\n"
                                               "APT::Install-Recommends \"true\";\n");
    setenv("APT_CONFIG", (folder.path() / "apt.conf").c_str(), 1);
    fs::create_directories(scratch);
  }
  void TearDown() override { unsetenv("APT_CONFIG"); }

  static std::string file_of(const std::string& name, const std::string& version) {
    return "pool/" + name + "_" + version + ".deb";
  }
  void add(const std::string& name, const std::string& version, const std::string& architecture,
           const std::string& more) {
    const auto plain = version.substr(version.find(':') + 1);
    const auto body = name + " " + version;
    write_file(archive / file_of(name, plain), body);
    index += "Package: " + name + "\nVersion: " + version + "\nArchitecture: " + architecture + "\nMaintainer: x\n" +
             more + "Filename: " + file_of(name, plain) + "\nSize: " + std::to_string(body.size()) +
             "\nSHA256: " + digest_of(body).hex() + "\nDescription: x\n\n";
  }
  void publish() const {
    write_file(archive / "dists/testsuite/main/binary-amd64/Packages", index);
    write_file(archive / "dists/testsuite/Release",
               "Suite: testsuite\nCodename: testsuite\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nArchitectures: amd64\n"
               "Components: main\nSHA256:\n " +
                   digest_of(index).hex() + " " + std::to_string(index.size()) + " main/binary-amd64/Packages\n");
  }
  BinaryArchive open() {
    BinaryArchive binaries(scratch, {"testsuite", false, "amd64"},
                           [&](std::string_view line) { lines.emplace_back(line); });
    EXPECT_EQ(binaries.refresh(), "");
    return binaries;
  }
  std::string get(const std::string& name, const std::string& version) {
    const Fetching fetching{to, scratch, [](std::uint64_t, std::uint64_t) {},
                            [&](std::string_view line) { lines.emplace_back(line); }};
    try {
      debian_binary_source().fetch({{"package", name},
                                    {"version", version},
                                    {"architecture", "amd64"},
                                    {"suite", "testsuite"},
                                    {"file", file_of(name, version)}},
                                   fetching);
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }
  static std::vector<std::string> names(const std::vector<Binary>& closure) {
    std::vector<std::string> all;
    for (const auto& each : closure) all.push_back(each.name);
    return all;
  }

  TemporaryFolder folder{testing::TempDir(), "binaries"};
  fs::path archive = folder.path() / "archive";
  fs::path scratch = folder.path() / "scratch";
  fs::path to = folder.path() / "partial";
  std::string index;
  std::vector<std::string> lines;
};

TEST_F(BinariesOfAnArchive, ComeWithAllTheyDependOnAndNothingElse) {
  const auto closure = open().closure({"tool"});
  EXPECT_THAT(names(closure), ElementsAre("base", "first-choice", "shared", "tool"));
  EXPECT_EQ(closure[3].version, "1:2-1");
  EXPECT_EQ(closure[3].architecture, "all");
  EXPECT_EQ(closure[3].file, "pool/tool_2-1.deb");
  EXPECT_EQ(closure[3].sha256, digest_of("tool 1:2-1"));
  EXPECT_THAT(closure[3].needs, ElementsAre("base", "shared"));  // the virtual one is no name of a package
}

TEST_F(BinariesOfAnArchive, AreRefusedInAptsWords) {
  const auto binaries = open();
  EXPECT_THROW(
      {
        try {
          (void)binaries.closure({"tool", "nothing"});
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "Unable to locate package nothing");
          throw;
        }
      },
      std::runtime_error);
}

TEST_F(BinariesOfAnArchive, AreGotWithoutLists) {
  EXPECT_EQ(get("base", "1-1"), "");
  EXPECT_EQ(read_file(to), "base 1-1");
  EXPECT_THAT(lines, ElementsAre(HasSubstr("download-file")));
}

TEST_F(BinariesOfAnArchive, ThatAreGoneHaveASuccessor) {
  EXPECT_EQ(get("base", "1-0"),
            "it is gone from the archive; `kjx lock --update base` would choose base 1-1 (8 bytes)");
  EXPECT_THAT(get("never", "1"), testing::StartsWith("testsuite has no package never any more: "));
}

TEST_F(BinariesOfAnArchive, MayBeListedAndMissing) {
  fs::remove(archive / file_of("base", "1-1"));
  EXPECT_THAT(get("base", "1-1"), testing::StartsWith("testsuite lists it, but its file cannot be had: "));
}

}  // namespace
}  // namespace kjx::source
