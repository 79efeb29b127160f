#include "image/boot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/format.h"
#include "schema/testing.h"

namespace kjx::image {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

schema::Record output(std::string_view firmware) {
  static const auto& table = *find("iso")->table;
  schema::Record record;
  record.table = &table;
  if (!firmware.empty()) record.values.emplace("firmware", Located<std::string>(std::string(firmware), Location{}));
  return record;
}

TEST(Boot, AnOutputsOwnFirmwareNarrowsIt) {
  EXPECT_THAT(firmware_of(boots_as_cd(), output(""), true), ElementsAre("bios", "uefi"));
  EXPECT_THAT(firmware_of(boots_as_cd(), output("both"), true), ElementsAre("bios", "uefi"));
  EXPECT_THAT(firmware_of(boots_as_cd(), output("uefi"), true), ElementsAre("uefi"));
}

TEST(Boot, ATargetWithoutBiosBootsFromUefiAlone) {
  EXPECT_THAT(firmware_of(boots_as_cd(), output(""), false), ElementsAre("uefi"));
  EXPECT_THAT(firmware_of(boots_as_cd(), output("bios"), false), IsEmpty());
}

TEST(Boot, ADiskIsForgottenOrKept) {
  const auto disk = boots_as_disk("qcow2");
  EXPECT_THAT(disk.words({.output = "/x.qcow2", .disk_format = "qcow2"}),
              ElementsAre("-drive", "if=virtio,format=qcow2,snapshot=on,file=/x.qcow2"));
  EXPECT_THAT(disk.words({.output = "/x.qcow2", .snapshot = false, .disk_format = "qcow2"}),
              ElementsAre("-drive", "if=virtio,format=qcow2,snapshot=off,file=/x.qcow2"));
}

// `--medium` tells ways apart by name.
TEST(Boot, EveryWayOfAFormatHasANameOfItsOwn) {
  for (const auto* format : formats()) {
    std::vector<std::string_view> seen;
    for (const auto& boot : format->boots) {
      EXPECT_EQ(std::ranges::count(seen, boot.way), 0) << format->name << ": " << boot.way;
      seen.push_back(boot.way);
      EXPECT_NE(boot.words, nullptr) << format->name;
      EXPECT_THAT(boot.firmware, testing::Not(IsEmpty())) << format->name;
    }
  }
}

}  // namespace
}  // namespace kjx::image
