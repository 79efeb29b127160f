#include "source/apt_sources.h"

#include <gmock/gmock.h>

#include "base/file.h"

namespace kjx::source {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> uris(const std::vector<AptEntry>& entries) {
  std::vector<std::string> all;
  for (const AptEntry& entry : entries) all.push_back(entry.uris.front());
  return all;
}

TEST(AptSources, OneLine) {
  const auto entries = parse_one_line(
      "# a comment\n"
      "deb http://mirror.example/debian bookworm main contrib # more\n"
      "deb [ arch=amd64 signed-by=/k.gpg trusted=yes ] http://other.example/x stable main\n"
      "deb [arch=amd64] http://third.example/y ./\n"
      "nonsense line\n");
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_THAT(entries[0].uris, ElementsAre("http://mirror.example/debian"));
  EXPECT_THAT(entries[0].suites, ElementsAre("bookworm"));
  EXPECT_THAT(entries[0].components, ElementsAre("main", "contrib"));
  EXPECT_EQ(entries[1].signed_by, "/k.gpg");
  EXPECT_TRUE(entries[1].trusted);
  EXPECT_THAT(entries[2].uris, ElementsAre("http://third.example/y"));
}

TEST(AptSources, Deb822) {
  const auto entries = parse_deb822(
      "Types: deb\n"
      "# a comment inside\n"
      "URIs: http://mirror.example/debian\n"
      "Suites: bookworm\n bookworm-updates\n"
      "Components: main\n"
      "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
      "\n\n"
      "Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: x\n"
      "\n"
      "types: deb\nuris: http://key.example/\nsuites: y\n"
      "signed-by:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n");
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_THAT(entries[0].suites, ElementsAre("bookworm", "bookworm-updates"));
  EXPECT_EQ(entries[0].signed_by, "/usr/share/keyrings/debian-archive-keyring.gpg");
  EXPECT_EQ(entries[1].signed_by, "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc");
}

TEST(AptSources, ReadsBothPlacesAndOnlyTheirKindsOfFile) {
  const TemporaryFolder folder(testing::TempDir(), "apt");
  write_file(folder.path() / "sources.list", "deb http://a.example s main\n");
  write_file(folder.path() / "parts/1.list", "deb http://b.example s main\n");
  write_file(folder.path() / "parts/2.sources", "Types: deb\nURIs: http://c.example\nSuites: s\n");
  write_file(folder.path() / "parts/3.list.save", "deb http://d.example s main\n");
  EXPECT_THAT(uris(read_apt_sources(folder.path() / "sources.list", folder.path() / "parts")),
              ElementsAre("http://a.example", "http://b.example", "http://c.example"));
  EXPECT_THAT(read_apt_sources(folder.path() / "none", folder.path() / "nowhere"), IsEmpty());
}

TEST(DebianArchive, IsWhatDebianSigned) {
  const auto entries = parse_deb822(
      "Types: deb\nURIs: http://m.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n"
      "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n"
      "Types: deb\nURIs: http://m.example/debian-security\nSuites: bookworm-security\nComponents: main\n"
      "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n"
      "Types: deb\nURIs: http://shop.example\nSuites: bookworm\nComponents: main\nSigned-By: /shop.gpg\n");
  const DebianArchive archive = debian_archive(entries, "bookworm", "trixie");
  EXPECT_THAT(uris(archive.main), ElementsAre("http://m.example/debian"));
  EXPECT_THAT(uris(archive.security), ElementsAre("http://m.example/debian-security"));
}

TEST(DebianArchive, IsElseWhatCarriesTheMachinesRelease) {
  const auto entries = parse_one_line(
      "deb http://m.example/debian bookworm main\n"
      "deb http://m.example/debian bookworm-updates main\n"
      "deb http://s.example/security bookworm-security main\n"
      "deb cdrom:[Debian]/ bookworm main\n"
      "deb http://shop.example stable main\n"
      "deb http://docker.example bookworm stable\n");
  const DebianArchive archive = debian_archive(entries, "bookworm", "trixie");
  EXPECT_THAT(uris(archive.main), ElementsAre("http://m.example/debian"));
  EXPECT_THAT(uris(archive.security), ElementsAre("http://s.example/security"));
}

TEST(DebianArchive, IsNotOnAnotherSystem) {
  const auto entries = parse_one_line("deb http://m.example/ubuntu noble main universe\n");
  EXPECT_THAT(debian_archive(entries, "", "trixie").main, IsEmpty());
}

TEST(SourceList, NamesTheSuiteItsUpdatesAndItsSecurity) {
  const DebianArchive archive{{{{"http://m.example/debian"}, {}, {}, "/k.gpg", false}},
                              {{{"http://m.example/security"}, {}, {}, "", true}}};
  EXPECT_EQ(source_list(archive, "trixie"),
            "# Written by kjx for its private apt.\n\n"
            "Types: deb-src\nURIs: http://m.example/debian\nSuites: trixie trixie-updates\nComponents: main\n"
            "Signed-By: /k.gpg\n\n"
            "Types: deb-src\nURIs: http://m.example/security\nSuites: trixie-security\nComponents: main\n"
            "Trusted: yes\n\n");
}

}  // namespace
}  // namespace kjx::source
