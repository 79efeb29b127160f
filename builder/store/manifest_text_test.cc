#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "store/manifest.h"

namespace kjx::store {
namespace {

using Type = Entry::Type;

Manifest one_of_each() {
  Manifest manifest;
  manifest.add({.path = "dev", .type = Type::directory, .mode = 0755});
  manifest.add({.path = "dev/console", .type = Type::character, .mode = 0600, .major = 5, .minor = 1});
  manifest.add({.path = "dev/vda", .type = Type::block, .mode = 0660, .gid = 6, .major = 254, .minor = 0});
  manifest.add({.path = "dev/pipe", .type = Type::fifo, .mode = 0622});
  manifest.add({.path = "bin", .type = Type::symlink, .mode = 0777, .target = "usr/bin"});
  manifest.add(
      {.path = "su", .type = Type::file, .mode = 04755, .uid = 7, .gid = 8, .digest = digest_of("su\n"), .size = 3});
  return manifest;
}

TEST(ManifestText, IsOneEntryALineSorted) {
  EXPECT_EQ(one_of_each().text(),
            "l 0777 0:0 - - bin usr/bin\n"
            "d 0755 0:0 - - dev\n"
            "c 0600 0:0 5:1 - dev/console\n"
            "p 0622 0:0 - - dev/pipe\n"
            "b 0660 0:6 254:0 - dev/vda\n"
            "f 4755 7:8 " +
                digest_of("su\n").hex() + " 3 su\n");
  EXPECT_EQ(Manifest().text(), "");
}

TEST(ManifestText, DoesNotDependOnTheOrderOfAdding) {
  Manifest backwards = one_of_each();
  std::ranges::reverse(backwards.entries());
  EXPECT_EQ(backwards.text(), one_of_each().text());
}

TEST(ManifestText, ComesBackAsItWas) {
  Manifest sorted = one_of_each();
  sorted.sort();
  const auto back = Manifest::parse(sorted.text());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->entries(), sorted.entries());
  EXPECT_TRUE(Manifest::parse(""));
}

TEST(ManifestText, EscapesWhatWouldBreakALine) {
  Manifest manifest;
  manifest.add({.path = "a b\\c\n\t\x7f\x01", .type = Type::symlink, .mode = 0777, .target = " \\ "});
  EXPECT_EQ(manifest.text(), "l 0777 0:0 - - a\\x20b\\x5cc\\x0a\\x09\\x7f\\x01 \\x20\\x5c\\x20\n");
  EXPECT_EQ(Manifest::parse(manifest.text())->entries(), manifest.entries());
}

TEST(ManifestText, HoldsEveryByteThatANameMayHave) {
  Manifest manifest;
  for (int byte = 1; byte < 256; ++byte) {
    if (byte != '/' && byte != '.') manifest.add({.path = std::string(1, static_cast<char>(byte)), .mode = 0644});
  }
  manifest.sort();
  EXPECT_EQ(Manifest::parse(manifest.text())->entries(), manifest.entries());
}

TEST(ManifestText, RefusesWhatNoTreeHas) {
  Manifest outside;
  outside.add({.path = "../x"});
  EXPECT_THROW(static_cast<void>(outside.text()), std::invalid_argument);
  Manifest twice;
  twice.add({.path = "x"});
  twice.add({.path = "y"});
  twice.add({.path = "x", .mode = 0755});
  EXPECT_THROW(static_cast<void>(twice.text()), std::invalid_argument);
}

class NoManifest : public testing::TestWithParam<std::string> {};

TEST_P(NoManifest, IsRefused) { EXPECT_FALSE(Manifest::parse(GetParam())) << GetParam(); }

const std::string any_digest = std::string(64, 'a');

INSTANTIATE_TEST_SUITE_P(
    ManifestText, NoManifest,
    testing::Values("\n", "d", "d 0755 0:0 - - x", "x 0755 0:0 - - x\n", "dd 0755 0:0 - - x\n", " 0755 0:0 - - x\n",
                    "d 755 0:0 - - x\n", "d 00755 0:0 - - x\n", "d 10755 0:0 - - x\n", "d 0758 0:0 - - x\n",
                    "d 0755 0 - - x\n", "d 0755 0:-1 - - x\n", "d 0755 +0:0 - - x\n", "d 0755 00:0 - - x\n",
                    "d 0755 0:4294967296 - - x\n", "d 0755 0:0 - 0 x\n", "d 0755 0:0 - - /x\n", "d 0755 0:0 - - ../x\n",
                    "d 0755 0:0 - - x/..\n", "d 0755 0:0 - - \n", "d 0755 0:0 - -\n", "d 0755 0:0 - - x y\n",
                    "d 0755 0:0 - - x\r\n", "d 0755 0:0 - -  x\n", "d 0755 0:0 - - x\\x2fy\n", "d 0755 0:0 - - x\\\n",
                    "d 0755 0:0 - - \\x41\n", "d 0755 0:0 - - x\\xZZ\n", "d 0755 0:0 - - x\\x0A\n",
                    "d 0755 0:0 - - x\n\n", "l 0777 0:0 - - x\n", "l 0777 0:0 - - x y z\n",
                    "d 0755 0:0 - - b\nd 0755 0:0 - - a\n", "d 0755 0:0 - - a\nd 0700 0:0 - - a\n",
                    "c 0600 0:0 5 - x\n", "c 0600 0:0 - - x\n", "f 0644 0:0 - 3 x\n",
                    "f 0644 0:0 " + any_digest + " - x\n", "f 0644 0:0 " + any_digest + "a 3 x\n",
                    "f 0644 0:0 A" + any_digest.substr(1) + " 3 x\n", "f 0644 0:0 " + any_digest + " 03 x\n",
                    "f 0644 0:0 " + any_digest + " 18446744073709551616 x\n"));

// Whatever is cut out of or changed in a text either gives the manifest that has exactly this text, or none.
TEST(ManifestText, DamageNeverPassesForAnotherSpelling) {
  const std::string text = one_of_each().text();
  std::minstd_rand random(1);  // NOLINT(cert-msc51-cpp): the same every time
  for (int i = 0; i < 20000; ++i) {
    std::string damaged = text;
    damaged[random() % damaged.size()] = static_cast<char>(random() % 128);
    if (random() % 4 == 0) damaged.resize(random() % damaged.size());
    const auto manifest = Manifest::parse(damaged);
    EXPECT_TRUE(!manifest || manifest->text() == damaged) << damaged;
  }
}

}  // namespace
}  // namespace kjx::store
