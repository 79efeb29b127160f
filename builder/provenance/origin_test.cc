#include "provenance/origin.h"

#include <gmock/gmock.h>

namespace kjx::provenance {
namespace {

TEST(Origin, IsAnAddressOrAPackageOfDebians) {
  const auto all = origins(nlohmann::json::parse(R"({"sha256": "00", "from": [
      {"kind": "tarball", "fields": {"url": "https://one.example/one-1.tar.gz"}},
      {"kind": "debian", "fields": {"package": "one", "version": "1:1.0+dfsg-1~deb13u1", "file": "one_1.orig.tar.gz"}},
      {"kind": "local", "fields": {"path": "x"}}]})"));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].uri, "https://one.example/one-1.tar.gz");
  EXPECT_EQ(all[1].uri, "pkg:deb/debian/one@1%3A1.0%2Bdfsg-1~deb13u1?arch=source");
  EXPECT_EQ(all[1].text, "one_1.orig.tar.gz of Debian's source package one 1:1.0+dfsg-1~deb13u1");
}

TEST(Origin, IsNothingForAFolder) {
  EXPECT_TRUE(origins({{"path", "src"}}).empty());
  EXPECT_TRUE(origins(nlohmann::json::object()).empty());
}

TEST(Origin, OfAProgramTakenFromDebianIsItsPackage) {
  const auto all = origins(nlohmann::json::parse(
      R"({"from": [{"kind": "debian-binary", "fields": {"package": "isolinux", "version": "3:6.04-3"}}]})"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].uri, "pkg:deb/debian/isolinux@3%3A6.04-3");
  EXPECT_EQ(all[0].text, "the source of Debian's package isolinux 3:6.04-3");
}

TEST(Origin, OfAToolIsABinaryPackage) {
  EXPECT_EQ(debian_url("g++", "4:12.2.0-3"), "pkg:deb/debian/g%2B%2B@4%3A12.2.0-3");
}

}  // namespace
}  // namespace kjx::provenance
