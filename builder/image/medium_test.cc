#include "image/medium.h"

#include <gtest/gtest.h>

#include "work/fake_work.h"

namespace kjx::image {
namespace {

class MediumTest : public testing::Test {
 protected:
  MediumTest() {
    work_.said = {
        {"options", {{"firmware", "both"}, {"serial", true}}},
        {"medium", {{"label", "KJX"}, {"title", "kjx"}, {"timeout", 2}, {"serial-port", 1}, {"serial-speed", 9600}}},
        {"target", {{"efi_name", "BOOTX64.EFI"}, {"bios", true}}}};
    work_.places[""] = here_;
  }
  [[nodiscard]] std::string config(const std::string& text, const std::string& initramfs = "") {
    work_.own_files.clear();
    work_.add_file(template_slot, text);
    return boot_config(work_, medium_of(work_), "/kernel", initramfs);
  }
  template <typename Do>
  static Diagnostic failure_of(Do&& what) {
    try {
      what();
    } catch (const Failure& failure) {
      return failure.diagnostics.at(0);
    }
    return {.message = "no failure"};
  }

  Location here_{std::make_shared<SourceText>(SourceText{"image.yaml", "outputs: [iso]\n"}), 1, 1, 7};
  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "medium"};
  work::FakeWork work_{temporary_.path()};
};

TEST_F(MediumTest, TheOutputSaysItBeforeTheImageAndThatBeforeTheMedium) {
  EXPECT_EQ(medium_of(work_).label, "KJX");
  work_.said["label"] = "IMAGE";
  EXPECT_EQ(medium_of(work_).label, "IMAGE");
  work_.said["options"]["label"] = "OUTPUT";
  work_.said["options"]["timeout"] = 0;
  EXPECT_EQ(medium_of(work_).label, "OUTPUT");
  EXPECT_EQ(medium_of(work_).timeout, 0);
}

TEST_F(MediumTest, CommandLinesAddUp) {
  work_.said["medium"]["cmdline"] = "a";
  work_.said["cmdline"] = "b";
  work_.said["options"]["cmdline"] = "c d";
  EXPECT_EQ(medium_of(work_).cmdline, "a b c d");
}

TEST_F(MediumTest, FillsTheTemplateIn) {
  EXPECT_EQ(config("@SERIAL@|@TITLE@|@PROMPT@|@TIMEOUT@|@KERNEL@|@INITRD@|@APPEND@"),
            "SERIAL 1 9600|kjx|1|20|/kernel||");
  work_.said["cmdline"] = "quiet";
  work_.said["options"]["serial"] = false;
  work_.said["options"]["timeout"] = 0;
  EXPECT_EQ(config("@SERIAL@|@PROMPT@|@TIMEOUT@|@INITRD@|@APPEND@", "/initrd"), "|0|0|INITRD /initrd|APPEND quiet");
}

TEST_F(MediumTest, LeavesOtherSignsAlone) { EXPECT_EQ(config("a@b.c @ @@ @x@ @KERNEL"), "a@b.c @ @@ @x@ @KERNEL"); }

TEST_F(MediumTest, AnUnknownPlaceholderIsNamedWithItsLine) {
  const auto failure = failure_of([&] { (void)config("LABEL x\n LINUX @KERNLE@\n"); });
  EXPECT_EQ(failure.kind, Kind::bad_value);
  EXPECT_EQ(failure.message, "iso/isolinux.cfg.in:2: unknown placeholder @KERNLE@");
  EXPECT_EQ(failure.help, "did you mean 'KERNEL'?");
}

TEST_F(MediumTest, ABadLabelSaysWhatIsAllowed) {
  work_.said["options"]["label"] = "my disk";
  const auto failure = failure_of([&] { (void)medium_of(work_); });
  EXPECT_EQ(failure.message, "'my disk' is no label of a volume");
  EXPECT_EQ(failure.where.line, 1);
}

TEST_F(MediumTest, FirmwareIsWhatTheTargetHas) {
  EXPECT_TRUE(medium_of(work_).bios && medium_of(work_).uefi);
  work_.said["target"]["bios"] = false;
  EXPECT_FALSE(medium_of(work_).bios);
}

TEST_F(MediumTest, ARescueEntryIsASecondLabelInAMenu) {
  constexpr auto both = "PROMPT @PROMPT@\nLABEL linux\n  LINUX @KERNEL@\n  @APPEND@\n@RESCUE@\n";
  work_.said["cmdline"] = "quiet";
  EXPECT_EQ(config(both), "PROMPT 1\nLABEL linux\n  LINUX /kernel\n  APPEND quiet\n\n");
  EXPECT_TRUE(medium_of(work_).modules.empty());
  work_.said["options"]["rescue"] = true;
  const std::string usual = "PROMPT 0\nLABEL linux\n  LINUX /kernel\n  APPEND quiet\n";
  const std::string rescue =
      "LABEL rescue\n  MENU LABEL kjx (rescue shell)\n  LINUX /kernel\n  INITRD /initrd\n  APPEND quiet kjx.rescue\n";
  EXPECT_EQ(config(both, "/initrd"), usual + "UI menu.c32\nMENU TITLE kjx\n" + rescue);
  work_.said["medium"]["modules"] = {"menu.c32", "cat.c32"};
  EXPECT_EQ(medium_of(work_).modules, (std::vector<std::string>{"cat.c32", "libutil.c32", "menu.c32"}));
  // A menu would wait for ever.
  work_.said["options"]["timeout"] = 0;
  EXPECT_EQ(config(both, "/initrd"), usual + rescue);
}

TEST_F(MediumTest, ARescueEntryCanBeChosenUnlessTheOutputSaysOtherwise) {
  work_.said["medium"]["timeout"] = 0;
  EXPECT_EQ(medium_of(work_).timeout, 0);
  work_.said["options"]["rescue"] = true;
  EXPECT_EQ(medium_of(work_).timeout, 5);
  work_.said["medium"]["timeout"] = 2;
  EXPECT_EQ(medium_of(work_).timeout, 2);
  work_.said["options"]["timeout"] = 0;
  EXPECT_EQ(medium_of(work_).timeout, 0);
}

TEST_F(MediumTest, ATemplateWithoutAPlaceForTheRescueEntryIsRefused) {
  work_.said["options"]["rescue"] = true;
  const auto failure = failure_of([&] { (void)config("LABEL linux\n"); });
  EXPECT_EQ(failure.kind, Kind::bad_value);
  EXPECT_EQ(failure.message, "iso/isolinux.cfg.in has no place for the rescue shell");
  EXPECT_EQ(failure.help, "a line @RESCUE@ at its end, or no `rescue: true`");
}

}  // namespace
}  // namespace kjx::image
