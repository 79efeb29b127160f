#include "image/disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace kjx::image {
namespace {

using testing::Each;

TEST(DiskTest, Crc32OfTheUsualCheckText) { EXPECT_EQ(crc32("123456789"), 0xcbf43926u); }

class WrittenDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    write_file(temporary_.path() / "content", "first" + std::string(200'000, '\0') + "last");
    DiskLayout layout{.id = Guid::parse("11111111-2222-8333-8444-555555555555"), .sectors = 8192, .boot_code = "code"};
    layout.partitions.push_back({.type = efi_system_partition(),
                                 .id = Guid::parse("99999999-2222-8333-8444-555555555555"),
                                 .name = "boot",
                                 .first = 2048,
                                 .sectors = 4096,
                                 .attributes = legacy_bios_bootable,
                                 .content = temporary_.path() / "content"});
    write_disk(layout, temporary_.path() / "disk");
    bytes_ = read_file(temporary_.path() / "disk");
  }

  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t length) const {
    std::uint64_t value = 0;
    for (std::size_t i = length; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes_.at(at + i));
    return value;
  }
  // The checksum that a reader would compute for the header at `sector`.
  [[nodiscard]] std::uint32_t checksum(std::size_t sector) const {
    auto header = bytes_.substr(sector * 512, 92);
    header.replace(16, 4, 4, '\0');
    return crc32(header);
  }

  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "disk"};
  std::string bytes_;
};

TEST_F(WrittenDiskTest, IsAsLargeAsAsked) { EXPECT_EQ(bytes_.size(), 8192u * 512); }

TEST_F(WrittenDiskTest, BeginsWithBootCodeAndOneProtectivePartition) {
  EXPECT_EQ(bytes_.substr(0, 5), std::string("code\0", 5));
  EXPECT_EQ(number(446 + 4, 1), 0xeeu);
  EXPECT_EQ(number(446 + 8, 4), 1u);
  EXPECT_EQ(number(446 + 12, 4), 8191u);
  EXPECT_EQ(number(510, 2), 0xaa55u);
  EXPECT_THAT(bytes_.substr(462, 48), Each('\0'));
}

TEST_F(WrittenDiskTest, BothHeadersAreSoundAndPointAtEachOther) {
  for (const std::size_t sector : {1u, 8191u}) {
    const auto at = sector * 512;
    EXPECT_EQ(bytes_.substr(at, 8), "EFI PART");
    EXPECT_EQ(number(at + 16, 4), checksum(sector));
    EXPECT_EQ(number(at + 24, 8), sector);
    EXPECT_EQ(number(at + 32, 8), 8192u - sector);
    EXPECT_EQ(number(at + 88, 4), crc32(std::string_view(bytes_).substr(number(at + 72, 8) * 512, 128 * 128)));
  }
  EXPECT_EQ(bytes_.substr(1024, 128 * 128), bytes_.substr((8192 - 33) * 512, 128 * 128));
}

TEST_F(WrittenDiskTest, ContentStandsInItsPartition) {
  EXPECT_EQ(bytes_.substr(2048 * 512, 5), "first");
  EXPECT_EQ(bytes_.substr(2048 * 512 + 200'005, 4), "last");
  EXPECT_EQ(number(1024 + 32, 8), 2048u);
  EXPECT_EQ(number(1024 + 40, 8), 6143u);
  EXPECT_EQ(number(1024 + 48, 8), 4u);
}

}  // namespace
}  // namespace kjx::image
