// The parts of inspect that need no image: what other people's files and programs say.
#include "inspect/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/file.h"
#include "diag/diagnostic.h"
#include "inspect/disk.h"
#include "inspect/kernel_image.h"
#include "inspect/system.h"
#include "inspect/volumes.h"

namespace kjx::inspect {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Release, FieldsAreFoundWithAndWithoutQuotes) {
  const std::string text = "NAME=\"A B\"\nID=ab\nVERSION_ID='1'\nEMPTY=\nXNAME=no\n";
  EXPECT_EQ(release_field(text, "NAME"), "A B");
  EXPECT_EQ(release_field(text, "ID"), "ab");
  EXPECT_EQ(release_field(text, "VERSION_ID"), "1");
  EXPECT_EQ(release_field(text, "EMPTY"), "");
  EXPECT_EQ(release_field(text, "VERSION"), "");
}

TEST(Packages, OnlyWhatIsInstalledCounts) {
  EXPECT_THAT(dpkg_packages("Package: a\nStatus: install ok installed\nVersion: 1-2\nDescription: x\n more\n\n"
                            "Package: b\nStatus: deinstall ok config-files\nVersion: 2\n\n"
                            "Package: c\nVersion: 3\nStatus: hold ok installed\n"),
              ElementsAre(Package{"a", "1-2"}, Package{"c", "3"}));
  EXPECT_THAT(dpkg_packages(""), IsEmpty());
}

TEST(Packages, OfApkAndOfKjx) {
  EXPECT_THAT(apk_packages("C:Q1\nP:musl\nV:1.2.3-r4\nA:x86_64\n\nP:busybox\nV:1.36\n"),
              ElementsAre(Package{"musl", "1.2.3-r4"}, Package{"busybox", "1.36"}));
  EXPECT_THAT(kjx_packages("busybox 1.36.1\nnothing\n"), ElementsAre(Package{"busybox", "1.36.1"}));
}

TEST(Menus, Grub) {
  EXPECT_THAT(
      grub_entries("set timeout=1\nmenuentry 'A {b}' --class c {\n\tlinux\t/vmlinuz root=x  quiet\n}\n"
                   "menuentry \"B\" {\n chainloader +1\n}\nmenuentry C {\n"),
      ElementsAre(BootEntry{"A {b}", "/vmlinuz", "root=x  quiet"}, BootEntry{"B", "", ""}, BootEntry{"C", "", ""}));
}

TEST(Menus, Syslinux) {
  EXPECT_THAT(syslinux_entries("DEFAULT linux\nAPPEND before\nLABEL linux\n  MENU LABEL The ^usual\n  KERNEL /vmlinuz\n"
                               "  append quiet\r\nlabel other\n"),
              ElementsAre(BootEntry{"The ^usual", "/vmlinuz", "quiet"}, BootEntry{"other", "", ""}));
}

TEST(Menus, Loader) {
  EXPECT_THAT(loader_entries("# comment\ntitle A b\nlinux /a\noptions x\noptions y\n"),
              ElementsAre(BootEntry{"A b", "/a", "x y"}));
  EXPECT_THAT(loader_entries("nothing here\n"), IsEmpty());
}

TEST(Volumes, LinesOfUnsquashfs) {
  const auto file = squashfs_entry("-rwsr-x--T 70000/33            1234 2026-01-01 00:00 /bin/a file");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path, "bin/a file");
  EXPECT_EQ(file->mode, 05750u);
  EXPECT_EQ(file->uid, 70000u);
  EXPECT_EQ(file->size, 1234u);
  const auto device = squashfs_entry("crw------- 0/0                   5,  1 2026-01-01 00:00 /dev/console");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->minor, 1u);
  const auto link = squashfs_entry("lrwxrwxrwx 0/0                   9 2026-01-01 00:00 /etc/l -> ../bin/ls");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->target, "../bin/ls");
  EXPECT_FALSE(squashfs_entry("drwxr-xr-x 0/0  48 2026-01-01 00:00 "));
  EXPECT_FALSE(squashfs_entry("Parallel unsquashfs: Using 2 processors"));
}

TEST(Volumes, ListingOfMdir) {
  const auto entries = fat_entries(
      " Volume in drive : is KJX\nDirectory for ::/\n\nEFI          <DIR>     2026-01-01   0:00 \n        1 file\n\n"
      "Directory for ::/EFI\n\n.            <DIR>     2026-01-01   0:00 \n"
      "BOOTX64  EFI   3000001 2026-01-01   0:00 \nLONGNA~1 CON        12 2026-01-01   0:00  long name.conf\n");
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].path, "EFI");
  EXPECT_EQ(entries[1].path, "EFI/BOOTX64.EFI");
  EXPECT_EQ(entries[1].size, 3000001u);
  EXPECT_EQ(entries[2].path, "EFI/long name.conf");
}

// Entries without content; each padded to four bytes.
std::string cpio_of(int entries) {
  std::string archive;
  const auto add = [&](const std::string& name) {
    archive +=
        "070701" + std::string(8 * 11, '0') + fmt::format("{:08x}", name.size() + 1) + std::string(8, '0') + name;
    archive += '\0';
    while (archive.size() % 4 != 0) archive += '\0';
  };
  for (int i = 0; i < entries; ++i) add(fmt::format("file{}", i));
  add("TRAILER!!!");
  return archive;
}

TEST(KernelImage, TheEmbeddedArchiveIsFoundAndNothingElse) {
  const auto archive = cpio_of(5);
  const auto kernel = "code 070701 code " + cpio_of(3) + std::string(7, 'x') + archive + "behind";
  EXPECT_EQ(embedded_initramfs(kernel), archive) << "not the magic alone, not the kernel's empty default";
  EXPECT_FALSE(embedded_initramfs("code 070701 code"));
  EXPECT_FALSE(embedded_initramfs(archive.substr(0, archive.size() - 20))) << "cut off";
}

TEST(KernelImage, VersionOfABzImage) {
  std::string image(0x400, '\0');
  image.replace(0x202, 4, "HdrS");
  image[0x20e] = 0x10;
  image.replace(0x210, 14, "6.1.2 (me@it) ");
  EXPECT_EQ(kernel_version(image), "6.1.2 (me@it) ");
  EXPECT_FALSE(kernel_version("HdrS"));
}

class Inspecting : public testing::Test {
 protected:
  std::string said(std::string_view bytes) {
    write_file(folder_.path() / "image", bytes);
    std::ostringstream out;
    Report report(out, {}, folder_.path());
    inspect_file(report, "image", folder_.path() / "image");
    return out.str();
  }
  TemporaryFolder folder_{fs::temp_directory_path(), "inspect"};
};

TEST_F(Inspecting, NothingKnownIsAnError) {
  EXPECT_THROW(said(""), Failure);
  EXPECT_THROW(said("hello"), Failure);
  EXPECT_THROW(said(std::string(100'000, '\0')), Failure);
}

TEST_F(Inspecting, WhatIsOnlyNamedIsNamed) {
  EXPECT_EQ(said("XFSB" + std::string(1000, '\0')), "image: XFS file system, which kjx cannot look into, 1004 bytes\n");
}

TEST_F(Inspecting, AnArchiveCutOffSaysWhatWasThere) {
  const auto archive = cpio_of(5);
  EXPECT_THAT(said(archive.substr(0, archive.size() - 130)), testing::HasSubstr("damaged"));
}

TEST_F(Inspecting, ControlCharactersStayInTheLine) {
  std::ostringstream out;
  Report report(out, {}, folder_.path());
  report.line("a\x1b[1m\nb");
  EXPECT_EQ(out.str(), "a\\x1b[1m\\x0ab\n");
}

TEST(Partitions, OfAnMbr) {
  const TemporaryFolder folder(fs::temp_directory_path(), "partitions");
  std::string disk(512, '\0');
  disk.replace(446, 16, std::string("\x80\0\0\0\xef\0\0\0\x08\0\0\0\x10\0\0\0", 16));
  disk.replace(510, 2, "\x55\xaa");
  write_file(folder.path() / "disk", disk);
  Source source(folder.path() / "disk");
  const auto tables = partition_tables(source);
  ASSERT_EQ(tables.size(), 1u);
  ASSERT_EQ(tables[0].slices.size(), 1u);
  EXPECT_EQ(tables[0].slices[0].first, 8u * 512);
  EXPECT_EQ(tables[0].slices[0].type, "EFI system partition");
  EXPECT_TRUE(tables[0].slices[0].boots);
}

}  // namespace
}  // namespace kjx::inspect
