// The boot media, made by the real programs and read with foreign ones.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <list>
#include <map>

#include "base/file.h"
#include "image/boot_disk.h"
#include "image/fat.h"
#include "image/format.h"
#include "image/iso9660.h"
#include "image/medium.h"
#include "image/testing.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// Bytes that differ everywhere, so that a piece in the wrong place is seen.
std::string pretend_kernel(std::size_t size = 3'000'001) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

constexpr auto config_template =
    "@SERIAL@\nSAY @TITLE@\nPROMPT @PROMPT@\nTIMEOUT @TIMEOUT@\nDEFAULT linux\nLABEL linux\n"
    "  LINUX @KERNEL@\n  @INITRD@\n  @APPEND@\n@RESCUE@\n";

nlohmann::json partition(std::string_view name, std::string_view holds, std::uint64_t size = 0) {
  nlohmann::json json{{"name", name}, {"holds", holds}, {"id", partition_id("kjx", "default", name).text()}};
  if (size != 0) json["size"] = size << 20;  // MiB
  return json;
}

nlohmann::json description(std::string_view firmware = "both") {
  return {
      {"image", "default"},
      {"options", {{"firmware", firmware}, {"serial", true}, {"size", "16777216"}, {"subformat", "monolithicSparse"}}},
      {"medium",
       {{"label", "KJX"}, {"title", "a title"}, {"timeout", "3"}, {"serial-port", "0"}, {"serial-speed", "9600"}}},
      {"cmdline", "quiet"},
      {"target", {{"efi_name", "BOOTX64.EFI"}, {"bios", true}}},
      {"disk", {{"id", disk_id("kjx", "default").text()}, {"partitions", {partition("boot", "boot")}}}}};
}

struct Made {
  Digest digest;
  fs::path path;
};

class ImageTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!HostWork::can_run()) GTEST_SKIP() << "no user namespaces here";
  }

  // Makes an image in a folder of its own.
  Made make(const Format& format, const std::string& folder, const nlohmann::json& json) {
    HostWork& work = works_.emplace_back(temporary_.path() / folder);
    work.said = json;
    work.give("kernel", kernel_);
    if (!root_image_.empty()) work.give("root-image", root_image_);
    work.give("initramfs", initramfs_);
    work.add_tree("root", store::Manifest());
    work.add_file("iso/isolinux.cfg.in", config_template);
    for (const auto& [path, text] : on_the_medium_) work.add_file(medium_slots + path, text, path == "go");
    format.action.run(work);
    const auto digest = work.outputs.at("image");
    return {digest, work.store().path_of(digest)};
  }

  static std::string run(std::vector<std::string> argv) {
    const auto captured = capture({.argv = std::move(argv)});
    EXPECT_TRUE(captured.exit.ok()) << captured.output;
    return captured.output;
  }

  std::string iso_file(const Made& iso, const std::string& path) {
    const auto out = (temporary_.path() / "of-the-iso").string();
    run({"xorriso", "-osirrox", "on", "-indev", iso.path, "-extract", path, out});
    return read_file(out);
  }
  // `volume` as mtools knows it: a file, perhaps "@@" and where it begins in there.
  std::string fat_file(const std::string& volume, const std::string& path) {
    const auto out = (temporary_.path() / "of-the-fat").string();
    run({"mcopy", "-n", "-o", "-i", volume, "::/" + path, out});
    return read_file(out);
  }
  static std::string fat_of(const Made& iso) {
    const auto fat = find_in_iso(iso.path, "/BOOT/EFI.IMG");
    return fmt::format("{}@@{}", iso.path.string(), fat->block * iso_block);
  }
  std::string efi_program(const Made& iso) { return fat_file(fat_of(iso), "EFI/BOOT/BOOTX64.EFI"); }

  std::string kernel_ = pretend_kernel();
  std::string root_image_;
  std::string initramfs_ = "pretends to be an archive";
  std::map<std::string, std::string> on_the_medium_;
  TemporaryFolder temporary_{fs::temp_directory_path(), "kjx-image-test"};
  std::list<HostWork> works_;
};

class MediaTest : public ImageTest, public testing::WithParamInterface<std::tuple<std::string, std::string>> {
 protected:
  [[nodiscard]] const Format& format() const { return *find(std::get<0>(GetParam())); }
  [[nodiscard]] nlohmann::json json() const { return description(std::get<1>(GetParam())); }
};

TEST_P(MediaTest, SameInputsGiveSameBytesInAnyFolder) {
  const auto first = make(format(), "a", json());
  const auto second = make(format(), "a-much-longer-name/below", json());
  EXPECT_EQ(first.digest.hex(), second.digest.hex());
}

TEST_P(MediaTest, OtherInputsGiveOtherIds) {
  const auto first = make(format(), "a", json());
  kernel_.back() ^= 1;
  const auto second = make(format(), "b", json());
  EXPECT_NE(first.digest.hex(), second.digest.hex());
}

TEST_P(MediaTest, LittleIsAddedToTheKernel) {
  // A raw disk is as large as it is.
  const auto most = std::get<0>(GetParam()) == "raw" ? (16u << 20) + 1 : kernel_.size() + (1u << 20);
  EXPECT_LT(fs::file_size(make(format(), "a", json()).path), most);
}

INSTANTIATE_TEST_SUITE_P(All, MediaTest,
                         testing::Combine(testing::Values("iso", "qcow2", "raw", "vmdk"),
                                          testing::Values("both", "bios", "uefi")),
                         [](const auto& row) { return std::get<0>(row.param) + "_" + std::get<1>(row.param); });

// Those whose ids come from all that they are made of.
TEST_F(ImageTest, WhatItIsMadeWithGivesNoOtherIds) {
  for (const auto* name : {"iso", "vmdk"}) {
    auto with = description("both");
    const auto first = make(*find(name), fmt::format("{}-a", name), with);
    with["sandbox"] = "chroot";
    with["tool_versions"] = {{"xorriso", "9"}};
    const auto second = make(*find(name), fmt::format("{}-b", name), with);
    EXPECT_EQ(first.digest.hex(), second.digest.hex()) << name;
  }
}

TEST_F(ImageTest, IsoHasTheKernelOnceForBothFirmwares) {
  auto json = description();
  json.erase("cmdline");
  const auto iso = make(iso_format(), "a", json);
  EXPECT_TRUE(iso_file(iso, "/boot/vmlinuz") == kernel_) << "as a file of ISO 9660";
  EXPECT_TRUE(efi_program(iso) == kernel_) << "as a file of FAT";
}

TEST_F(ImageTest, IsoHasTheKernelOnceWithACommandLineForUefi) {
  const auto iso = make(iso_format(), "a", description());
  EXPECT_TRUE(iso_file(iso, "/boot/vmlinuz") == kernel_) << "as a file of ISO 9660, in the midst of the other program";
  EXPECT_LT(fs::file_size(iso.path), kernel_.size() + 600 * 1024);
  const auto program = temporary_.path() / "program";
  write_file(program, efi_program(iso));
  const auto section = [&](const std::string& name) {
    const auto out = temporary_.path() / "section";
    run({"objcopy", "-O", "binary", "--only-section=" + name, program, out});
    return read_file(out);
  };
  EXPECT_EQ(section(".cmdline"), "quiet");
  EXPECT_TRUE(section(".linux") == kernel_) << "as objcopy finds it";
}

constexpr auto systemd_boot = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";

TEST_F(ImageTest, IsoWithASecondEntryHasKernelAndInitramfsOnceForBothFirmwares) {
  auto json = description();
  json["separate"] = true;
  json["options"]["rescue"] = true;
  initramfs_ = pretend_kernel(1'000'001).substr(1);
  const auto iso = make(iso_format(), "a", json);
  EXPECT_EQ(make(iso_format(), "a-much-longer-name/below", json).digest.hex(), iso.digest.hex());
  EXPECT_TRUE(iso_file(iso, "/boot/vmlinuz") == kernel_) << "as a file of ISO 9660";
  EXPECT_TRUE(iso_file(iso, "/boot/initrd") == initramfs_);
  const auto fat = fat_of(iso);
  EXPECT_TRUE(fat_file(fat, "vmlinuz") == kernel_) << "as a file of FAT";
  EXPECT_TRUE(fat_file(fat, "initrd") == initramfs_);
  EXPECT_TRUE(efi_program(iso) == read_file(systemd_boot));
  EXPECT_LT(fs::file_size(iso.path), kernel_.size() + initramfs_.size() + 800 * 1024);
  EXPECT_EQ(iso_file(iso, "/isolinux/menu.c32"), read_file("/usr/lib/syslinux/modules/bios/menu.c32"));
  EXPECT_EQ(fat_file(fat, "loader/loader.conf"), "timeout 3\ndefault main.conf\nauto-entries no\nauto-firmware no\n");
  EXPECT_EQ(fat_file(fat, "loader/entries/main.conf"),
            "title a title\nsort-key 1\nlinux /vmlinuz\ninitrd /initrd\noptions quiet\n");
  EXPECT_EQ(fat_file(fat, "loader/entries/rescue.conf"),
            "title a title (rescue shell)\nsort-key 2\nlinux /vmlinuz\ninitrd /initrd\noptions quiet kjx.rescue\n");
  EXPECT_THAT(iso_file(iso, "/isolinux/isolinux.cfg"),
              HasSubstr("UI menu.c32\nMENU TITLE a title\nLABEL rescue\n  MENU LABEL a title (rescue shell)\n  LINUX "
                        "/boot/vmlinuz\n  INITRD /boot/initrd\n  APPEND quiet kjx.rescue\n"));
}

TEST_F(ImageTest, IsoHoldsTheAuthorsFilesAsTheyAre) {
  on_the_medium_ = {{"READ ME.txt", "a text"}, {"go", "#!/bin/sh\n"}, {"deep/er/file", "deep"}};
  const auto iso = make(iso_format(), "a", description());
  EXPECT_EQ(make(iso_format(), "a-much-longer-name/below", description()).digest.hex(), iso.digest.hex());
  EXPECT_EQ(iso_file(iso, "/READ ME.txt"), "a text");
  EXPECT_EQ(iso_file(iso, "/deep/er/file"), "deep");
  const auto listed = run({"bsdtar", "-tvf", iso.path});
  EXPECT_THAT(listed, testing::ContainsRegex("-r-xr-xr-x .* go\n"));
  EXPECT_THAT(listed, testing::ContainsRegex("-r--r--r-- .* deep/er/file\n"));
}

TEST_F(ImageTest, DiskGivesUefiItsCommandLineAndHasTheKernelOnce) {
  auto json = description();
  const auto disk = make(raw_format(), "a", json).path.string() + "@@1M";
  EXPECT_TRUE(fat_file(disk, "vmlinuz") == kernel_);
  EXPECT_TRUE(fat_file(disk, "EFI/BOOT/BOOTX64.EFI") == read_file(systemd_boot));
  EXPECT_EQ(fat_file(disk, "loader/entries/main.conf"), "title a title\nsort-key 1\nlinux /vmlinuz\noptions quiet\n");
  EXPECT_THAT(fat_file(disk, "syslinux/syslinux.cfg"), HasSubstr("  LINUX /vmlinuz\n  \n  APPEND quiet\n"));
  EXPECT_THAT(run({"mdir", "-/", "-a", "-b", "-i", disk, "::/"}), Not(HasSubstr("rescue.conf")));

  // Nobody but UEFI reads it: one program is enough.
  json["options"]["firmware"] = "uefi";
  const auto uefi = make(raw_format(), "b", json).path.string() + "@@1M";
  const auto program = fat_file(uefi, "EFI/BOOT/BOOTX64.EFI");
  EXPECT_THAT(program, HasSubstr(kernel_));
  EXPECT_THAT(program, HasSubstr("quiet"));
}

TEST_F(ImageTest, DiskForBiosAloneHasNothingForUefi) {
  auto json = description("bios");
  json["separate"] = true;
  const auto disk = make(raw_format(), "a", json).path.string() + "@@1M";
  EXPECT_THAT(run({"mdir", "-/", "-a", "-b", "-i", disk, "::/"}), Not(HasSubstr("EFI")));
  EXPECT_TRUE(fat_file(disk, "vmlinuz") == kernel_);
  EXPECT_TRUE(fat_file(disk, "initrd") == initramfs_);
  EXPECT_THAT(fat_file(disk, "syslinux/syslinux.cfg"), HasSubstr("  LINUX /vmlinuz\n  INITRD /initrd\n"));
}

TEST_F(ImageTest, UkiHoldsWhatObjcopyFinds) {
  auto json = description();
  json["separate"] = true;
  json["options"]["cmdline"] = "more words";
  const auto uki = make(uki_format(), "a", json);
  EXPECT_EQ(make(uki_format(), "b-with-a-longer-name", json).digest.hex(), uki.digest.hex());
  const auto out = (temporary_.path() / "section").string();
  for (const auto& [name, content] : std::map<std::string, std::string>{
           {".cmdline", "quiet more words"}, {".linux", kernel_}, {".initrd", initramfs_}}) {
    run({"objcopy", "-O", "binary", "--only-section=" + name, uki.path, out});
    EXPECT_TRUE(read_file(out) == content) << name;
  }
  EXPECT_THAT(run({"objdump", "-p", uki.path}), HasSubstr("EFI application"));
}

TEST_F(ImageTest, PxeScriptNamesWhatLiesBesideIt) {
  auto json = description();
  const auto embedded = make(pxe_format(), "a", json);
  EXPECT_EQ(read_file(embedded.path), "#!ipxe\nkernel vmlinuz quiet\nboot\n");
  EXPECT_FALSE(works_.back().outputs.contains("initramfs"));
  json["separate"] = true;
  const auto separate = make(pxe_format(), "b", json);
  EXPECT_EQ(read_file(separate.path), "#!ipxe\nkernel vmlinuz initrd=initramfs quiet\ninitrd initramfs\nboot\n");
  EXPECT_EQ(works_.back().outputs.at("initramfs").hex(), digest_of(initramfs_).hex());
}

TEST_F(ImageTest, KernelAndInitrdAreTheInputs) {
  auto json = description();
  json["separate"] = true;
  json["options"]["compression"] = "none";
  const auto kernel = make(*find("kernel+initrd"), "a", json);
  EXPECT_EQ(kernel.digest.hex(), digest_of(kernel_).hex());
  EXPECT_EQ(works_.back().outputs.at("initrd").hex(), digest_of(initramfs_).hex());
  EXPECT_EQ(works_.back().store().read(works_.back().outputs.at("cmdline")), "quiet\n");
}

TEST_F(ImageTest, IsoListsItsFiles) {
  const auto iso = make(iso_format(), "a", description());
  const auto listed = run({"xorriso", "-indev", iso.path, "-find", "/"});
  for (const auto* file : {"/boot/efi.img", "/boot/vmlinuz", "/isolinux/isolinux.bin", "/isolinux/isolinux.cfg",
                           "/isolinux/ldlinux.c32", "/isolinux/boot.cat"}) {
    EXPECT_THAT(listed, HasSubstr(file));
  }
}

TEST_F(ImageTest, IsoBootsFromCdAndDisk) {
  const auto iso = make(iso_format(), "a", description());
  const auto report =
      run({"xorriso", "-indev", iso.path, "-report_el_torito", "plain", "-report_system_area", "plain"});
  EXPECT_THAT(report, HasSubstr("El Torito boot img :   1  BIOS  y   none"));
  EXPECT_THAT(report, HasSubstr("El Torito boot img :   2  UEFI  y   none"));
  EXPECT_THAT(report, HasSubstr("System area summary: MBR isohybrid cyl-align-off GPT"));
  EXPECT_THAT(report, HasSubstr("MBR partition      :   2   0x00  0xef"));
}

TEST_F(ImageTest, IsoForOneFirmwareHasNothingForTheOther) {
  const auto bios = make(iso_format(), "a", description("bios"));
  EXPECT_THAT(run({"xorriso", "-indev", bios.path, "-report_el_torito", "plain"}), Not(HasSubstr("UEFI")));
  const auto uefi = make(iso_format(), "b", description("uefi"));
  const auto report =
      run({"xorriso", "-indev", uefi.path, "-report_el_torito", "plain", "-report_system_area", "plain"});
  EXPECT_THAT(report, Not(HasSubstr("BIOS")));
  EXPECT_THAT(report, HasSubstr("protective-msdos-label"));
}

TEST_F(ImageTest, IsoConfigurationIsTheTemplateFilledIn) {
  const auto iso = make(iso_format(), "a", description());
  const auto out = (temporary_.path() / "cfg").string();
  run({"xorriso", "-osirrox", "on", "-indev", iso.path, "-extract", "/isolinux/isolinux.cfg", out});
  EXPECT_EQ(read_file(out),
            "SERIAL 0 9600\nSAY a title\nPROMPT 1\nTIMEOUT 30\nDEFAULT linux\nLABEL linux\n"
            "  LINUX /boot/vmlinuz\n  \n  APPEND quiet\n\n");
}

TEST_F(ImageTest, NoTimeInTheIsoIsLaterThanTheEpoch) {
  const auto iso = make(iso_format(), "a", description());
  const auto listed = run({"bsdtar", "-tvf", iso.path});
  EXPECT_THAT(listed, HasSubstr("boot/vmlinuz"));
  std::istringstream lines(listed);
  for (std::string line; std::getline(lines, line);) EXPECT_THAT(line, HasSubstr("Nov 14  2023"));
}

TEST_F(ImageTest, VmdkIsSoundAndHoldsOnePartition) {
  auto json = description();
  json.erase("cmdline");
  const auto vmdk = make(vmdk_format(), "a", json);
  EXPECT_THAT(run({"qemu-img", "check", "-f", "vmdk", vmdk.path}), HasSubstr("No errors were found"));
  const auto raw = (temporary_.path() / "raw").string();
  run({"qemu-img", "convert", "-f", "vmdk", "-O", "raw", vmdk.path, raw});
  EXPECT_EQ(fs::file_size(raw), 16u << 20);
  const auto table = run({"/usr/sbin/sfdisk", "--verify", raw}) + run({"/usr/sbin/sfdisk", "-d", raw});
  EXPECT_THAT(table, HasSubstr("No errors detected"));
  EXPECT_THAT(table, HasSubstr("start=        2048, size=       30680, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B"));
  EXPECT_THAT(table, HasSubstr("name=\"boot\", attrs=\"LegacyBIOSBootable\""));

  EXPECT_TRUE(fat_file(raw + "@@1M", "EFI/BOOT/BOOTX64.EFI") == kernel_);
  const auto listed = run({"mdir", "-/", "-a", "-b", "-i", raw + "@@1M", "::/"});
  EXPECT_THAT(listed, HasSubstr("::/syslinux/ldlinux.sys"));
  EXPECT_THAT(listed, HasSubstr("::/syslinux/syslinux.cfg"));
}

TEST_F(ImageTest, StreamOptimizedVmdkIsTheSameDisk) {
  auto json = description();
  const auto sparse = make(vmdk_format(), "a", json);
  json["options"]["subformat"] = "streamOptimized";
  const auto stream = make(vmdk_format(), "b", json);
  EXPECT_EQ(make(vmdk_format(), "c", json).digest.hex(), stream.digest.hex());
  EXPECT_THAT(run({"qemu-img", "info", stream.path}), HasSubstr("streamOptimized"));
}

// What the step would have said.
std::vector<std::string> messages_of(const std::function<void()>& run) {
  std::vector<std::string> messages;
  try {
    run();
  } catch (const Failure& failure) {
    for (const auto& diagnostic : failure.diagnostics) {
      EXPECT_EQ(diagnostic.kind, Kind::too_large);
      messages.push_back(diagnostic.message);
    }
  }
  return messages;
}

TEST_F(ImageTest, DiskTooSmallForTheKernelSaysHowMuchIsMissing) {
  auto json = description();
  json["options"]["size"] = "3145728";
  EXPECT_THAT(messages_of([&] { make(vmdk_format(), "a", json); }),
              testing::ElementsAre("the disk is 2114048 bytes too small: it has 3145728, and its partitions and their "
                                   "table need 5259776"));
}

TEST_F(ImageTest, PartitionsTooSmallSayHowMuchIsMissing) {
  auto json = description();
  json["options"].erase("size");
  json["disk"]["partitions"] = {partition("boot", "boot", 2), partition("root-a", "root", 1),
                                partition("data", "data", 4)};
  root_image_ = std::string(3'000'000, 'r');
  EXPECT_THAT(messages_of([&] { make(raw_format(), "a", json); }),
              testing::ElementsAre("partition 'boot' is 2097152 bytes too small: it has 2097152, and 4194304 go in",
                                   "partition 'root-a' is 1951424 bytes too small: it has 1048576, and 3000000 go in",
                                   "partition 'data' is 4194304 bytes too small: it has 4194304, and 8388608 go in"));
}

TEST_F(ImageTest, EveryPartitionHoldsWhatItIsFor) {
  auto json = description();
  json["options"].erase("size");
  json["disk"]["partitions"] = {partition("boot", "boot", 8), partition("root-a", "root", 4),
                                partition("root-b", "root", 4), partition("data", "data", 16)};
  json["disk"]["partitions"][3]["label"] = "data";
  root_image_ = pretend_kernel(3'000'000);
  const auto raw = make(raw_format(), "a", json);
  EXPECT_EQ(make(raw_format(), "elsewhere", json).digest.hex(), raw.digest.hex());

  EXPECT_EQ(fs::file_size(raw.path), 34u << 20);
  const auto table = run({"/usr/sbin/sfdisk", "--verify", raw.path}) + run({"/usr/sbin/sfdisk", "-d", raw.path});
  EXPECT_THAT(table, HasSubstr("No errors detected"));
  EXPECT_THAT(table,
              HasSubstr("start=       18432, size=        8192, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, uuid=" +
                        partition_id("kjx", "default", "root-a").text() + ", name=\"root-a\""));
  const auto bytes = read_file(raw.path);
  EXPECT_TRUE(bytes.substr(9u << 20, root_image_.size()) == root_image_);
  EXPECT_EQ(bytes.substr(13u << 20, 4u << 20).find_first_not_of('\0'), std::string::npos) << "for the next version";
  const auto data = temporary_.path() / "data";
  write_file(data, bytes.substr(17u << 20, 16u << 20));
  (void)run({"/usr/sbin/e2fsck", "-fn", data});
}

TEST_F(ImageTest, Qcow2HoldsTheSameDiskPackedOrNot) {
  auto json = description();
  const auto raw = make(raw_format(), "a", json);
  const auto plain = make(qcow2_format(), "a", json);
  json["options"]["compressed"] = true;
  const auto packed = make(qcow2_format(), "b", json);
  EXPECT_EQ(make(qcow2_format(), "c", json).digest.hex(), packed.digest.hex());
  for (const auto& made : {plain, packed}) {
    EXPECT_THAT(run({"qemu-img", "check", "-f", "qcow2", made.path}), HasSubstr("No errors were found"));
    EXPECT_THAT(run({"qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw.path, made.path}), HasSubstr("identical"));
  }
}

}  // namespace
}  // namespace kjx::image
