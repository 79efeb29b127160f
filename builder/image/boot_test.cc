#include "image/boot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "image/format.h"
#include "schema/testing.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;
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

TEST(Boot, QemuStartsAKernel) {
  const auto kernel = boots_as_kernel();
  EXPECT_THAT(kernel.words({.output = "/x", .cmdline = "a b"}), ElementsAre("-kernel", "/x", "-append", "a b"));
  EXPECT_THAT(kernel.words({.output = "/x", .cmdline = "a", .initramfs = "/y,z"}),
              ElementsAre("-kernel", "/x", "-append", "a", "-initrd", "/y,z"));
  EXPECT_THAT(firmware_of(kernel, {}, true), ElementsAre("none"));
  EXPECT_THAT(firmware_of(kernel, {}, false), ElementsAre("none"));
}

class Ways : public testing::Test {
 protected:
  static const Boot& only(std::string_view format) { return find(format)->boots.at(0); }
  fs::path put(const std::string& name, std::string_view bytes) {
    write_file(folder_.path() / name, bytes);
    return folder_.path() / name;
  }
  TemporaryFolder folder_{fs::temp_directory_path(), "kjx,boot-test"};  // a comma ends one of QEMU's options
};

TEST_F(Ways, TheWordsBesideAKernelComeBeforeThoseOfItsStarter) {
  const auto kernel = put("x.vmlinuz", "kernel");
  const auto& way = only("kernel+initrd");
  EXPECT_EQ(way.initramfs, "initrd");
  const Attach attach{.output = kernel, .cmdline = "console=ttyS0", .initramfs = "/x.initrd"};
  EXPECT_THAT(way.words(attach), ElementsAre("-kernel", kernel, "-append", "console=ttyS0", "-initrd", "/x.initrd"));
  put("x.cmdline", "\n");
  EXPECT_EQ(way.words(attach).at(3), "console=ttyS0");
  put("x.cmdline", "quiet splash\n");
  EXPECT_EQ(way.words(attach).at(3), "quiet splash console=ttyS0");
}

TEST_F(Ways, AUefiProgramLiesWhereFirmwareLooks) {
  Attach attach{.output = put("x.efi", "program"), .efi_name = "BOOTX64.EFI", .scratch = folder_.path(), .dry = true};
  const auto words = only("uki").words(attach);
  EXPECT_FALSE(fs::exists(folder_.path() / "x.efi.esp"));
  attach.dry = false;
  EXPECT_EQ(only("uki").words(attach), words);
  EXPECT_EQ(read_file(folder_.path() / "x.efi.esp/EFI/BOOT/BOOTX64.EFI"), "program");
  EXPECT_THAT(words.at(1), testing::HasSubstr("kjx,,boot-test"));
  EXPECT_THAT(words.at(1), testing::EndsWith("/x.efi.esp"));
  EXPECT_THAT(only("uki").firmware, ElementsAre("uefi"));
}

TEST_F(Ways, TheNetworkOffersAFolderAndNamesTheScript) {
  const Attach attach{.output = folder_.path() / "x.pxe/boot.ipxe"};
  EXPECT_EQ(only("pxe").network(attach), "tftp=" + option_path(folder_.path()) + "/x.pxe,bootfile=boot.ipxe");
  EXPECT_THAT(only("pxe").words(attach), ElementsAre("-boot", "n"));
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
