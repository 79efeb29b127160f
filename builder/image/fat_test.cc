#include "image/fat.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "image/testing.h"

namespace kjx::image {
namespace {

std::uint64_t clusters(const FatShape& shape) { return (shape.total - shape.data()) / shape.cluster; }

TEST(FatShapeTest, IsFat16WhateverTheSize) {
  for (const std::uint64_t bytes : {0ull, 1ull, 2ull << 20, 4300ull << 10, 33ull << 20, 100ull << 20, 1500ull << 20}) {
    const auto shape = fat_shape(bytes, 0);
    ASSERT_TRUE(shape) << bytes;
    EXPECT_GE(clusters(*shape), 4085u) << bytes;
    EXPECT_LT(clusters(*shape), 65525u) << bytes;
    EXPECT_GE(clusters(*shape) * shape->cluster * sector_size, bytes);
    EXPECT_GE(shape->fat * sector_size, 2 * (clusters(*shape) + 2)) << bytes;
  }
}

TEST(FatShapeTest, WastesLittle) {
  const auto shape = fat_shape(4300 << 10, 0);
  EXPECT_LT(shape->total * sector_size, (4300 << 10) + (100 << 10));
}

TEST(FatShapeTest, TheFirstFileBeginsAtASectorOfACd) {
  for (const std::uint64_t bytes : {1ull, 4300ull << 10, 4301ull << 10, 40ull << 20, 100ull << 20}) {
    const auto shape = fat_shape(bytes, 0);
    EXPECT_EQ((shape->data() + 2 * shape->cluster) % 4, 0u) << bytes;
  }
}

TEST(FatShapeTest, TakesAGivenSizeWhole) {
  for (const std::uint32_t total : {8192u, 30680u, 129000u, 1u << 20, (4u << 20) - 2081}) {
    const auto shape = fat_shape(3 << 20, total);
    ASSERT_TRUE(shape) << total;
    EXPECT_EQ(shape->total, total);
    EXPECT_GE(clusters(*shape), 4085u) << total;
    EXPECT_LT(clusters(*shape), 65525u) << total;
    EXPECT_GE(shape->fat * sector_size, 2 * (clusters(*shape) + 2)) << total;
  }
}

TEST(FatShapeTest, RefusesWhatCannotBe) {
  EXPECT_FALSE(fat_shape(3 << 20, 4096));  // too small for the bytes
  EXPECT_FALSE(fat_shape(1, 1024));        // too small for FAT16
  EXPECT_FALSE(fat_shape(4ull << 30, 0));  // too large
}

class FatTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!HostWork::can_run()) GTEST_SKIP() << "no user namespaces here";
    work_.mount({work_.folder("image"), "/kjx/image", true});
  }
  void make(const std::vector<std::string>& folders, const FatVolume::File& file) {
    make(*fat_shape(3 << 20, 0), folders, {file});
  }
  void make(const FatShape& shape, const std::vector<std::string>& folders, const std::vector<FatVolume::File>& files) {
    make_fat(work_, "/kjx/image/volume", shape, {.label = "KJX", .id = 0x12345678, .folders = folders, .files = files});
  }
  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "fat"};
  HostWork work_{temporary_.path()};
};

TEST_F(FatTest, FindsAFileWhereItsBytesAre) {
  const std::string content = "the content" + std::string(10'000, 'x');
  write_file(work_.folder("image") / "file", content);
  make({"EFI", "EFI/BOOT"}, {"EFI/BOOT/BOOTX64.EFI", "/kjx/image/file"});
  const auto volume = work_.folder("image") / "volume";
  const auto extent = find_in_fat(volume, "EFI/BOOT/BOOTX64.EFI");
  ASSERT_TRUE(extent);
  EXPECT_EQ(extent->size, content.size());
  EXPECT_EQ(extent->offset % 2048, 0u);
  EXPECT_EQ(read_file(volume).substr(extent->offset, extent->size), content);
  EXPECT_FALSE(find_in_fat(volume, "EFI/BOOT/OTHER.EFI"));
  EXPECT_FALSE(find_in_fat(volume, "BOOT"));
}

TEST_F(FatTest, FilesBeginAtASectorOfACdWhereTheyAreToAndLeaveNothingBehind) {
  for (const std::uint64_t bytes : {3ull << 20, 33ull << 20, 70ull << 20}) {  // clusters of 1, 2 and 4 sectors
    for (const std::string& name : {std::string("a"), std::string("b"), std::string("c")}) {
      write_file(work_.folder("image") / name, std::string(name == "a" ? 5001 : 600, name[0]));
    }
    const auto volume = work_.folder("image") / "volume";
    std::filesystem::remove(volume);
    make(*fat_shape(bytes, 0), {"ONE", "ONE/TWO", "THREE"},
         {{"A", "/kjx/image/a", 5001, true}, {"B", "/kjx/image/b", 600, true}, {"C", "/kjx/image/c"}});
    for (const std::string name : {"A", "B", "C"}) {
      const auto extent = find_in_fat(volume, name);
      ASSERT_TRUE(extent) << name;
      if (name != "C") {
        EXPECT_EQ(extent->offset % 2048, 0u) << name << " of " << bytes;
      }
      const auto content = read_file(volume).substr(extent->offset, extent->size);
      EXPECT_EQ(content.find_first_not_of(name == "A" ? 'a' : name == "B" ? 'b' : 'c'), std::string::npos);
    }
    const auto listed = capture({.argv = {"mdir", "-/", "-a", "-b", "-i", volume.string(), "::/"}}).output;
    EXPECT_EQ(listed, "::/ONE/\n::/THREE/\n::/A\n::/B\n::/C\n::/ONE/TWO/\n");
  }
}

TEST_F(FatTest, DoesNotFindAFileInPieces) {
  write_file(work_.folder("image") / "file", std::string(10'000, 'x'));
  make({}, {"FILE", "/kjx/image/file"});
  const auto path = work_.folder("image") / "volume";
  ASSERT_TRUE(find_in_fat(path, "FILE"));
  auto volume = read_file(path);
  const auto first_fat = static_cast<std::uint8_t>(volume[14]) * 512u;
  volume[first_fat + 2 * 4] = 9;  // cluster 4 is followed by 9
  write_file(path, volume);
  EXPECT_FALSE(find_in_fat(path, "FILE"));
}

}  // namespace
}  // namespace kjx::image
