#include "image/layout.h"

#include <gtest/gtest.h>

#include "image/disk.h"

namespace kjx::image {
namespace {

constexpr std::uint64_t unit_sectors = disk_unit / 512;

TEST(LayoutTest, OnePartitionTakesTheWholeDisk) {
  const auto layout = lay_out({{0, 3 * disk_unit}}, 64 * disk_unit);
  ASSERT_TRUE(layout.shortages.empty());
  EXPECT_EQ(layout.sectors, 64 * unit_sectors);
  EXPECT_EQ(layout.partitions[0].first, partition_start);
  EXPECT_EQ(layout.partitions[0].sectors, 128984u);
}

TEST(LayoutTest, WithoutASizeTheDiskIsAsLargeAsItsPartitionsNeed) {
  const auto layout = lay_out({{8 * disk_unit, 3 * disk_unit}, {0, 4 * disk_unit + 1}, {16 * disk_unit, 0}}, 0);
  ASSERT_TRUE(layout.shortages.empty());
  EXPECT_EQ(layout.sectors, (1 + 8 + 5 + 16 + 1) * unit_sectors);
  EXPECT_EQ(layout.partitions[1].first, 9 * unit_sectors);
  EXPECT_EQ(layout.partitions[1].sectors, 5 * unit_sectors);
  EXPECT_EQ(layout.partitions[2].first, 14 * unit_sectors);
  EXPECT_EQ(layout.partitions[2].sectors, 16 * unit_sectors);
}

TEST(LayoutTest, ASizeAskedForIsKeptThoughTheDiskHasMore) {
  const auto layout = lay_out({{8 * disk_unit, 0}, {16 * disk_unit, 0}}, 100 * disk_unit);
  EXPECT_EQ(layout.partitions[1].sectors, 16 * unit_sectors);
}

TEST(LayoutTest, EachPartitionThatIsTooSmallIsNamedWithWhatItNeeds) {
  const auto layout =
      lay_out({{2 * disk_unit, 3 * disk_unit}, {4 * disk_unit, 4 * disk_unit}, {disk_unit, disk_unit + 1}}, 0);
  ASSERT_EQ(layout.shortages.size(), 2u);
  EXPECT_EQ(layout.shortages[0].partition, 0u);
  EXPECT_EQ(layout.shortages[0].has, 2 * disk_unit);
  EXPECT_EQ(layout.shortages[0].needs, 3 * disk_unit);
  EXPECT_EQ(layout.shortages[1].partition, 2u);
}

TEST(LayoutTest, ADiskTooSmallForItsPartitionsIsSaid) {
  const auto layout = lay_out({{8 * disk_unit, 0}, {0, 4 * disk_unit}}, 13 * disk_unit);
  ASSERT_EQ(layout.shortages.size(), 1u);
  EXPECT_FALSE(layout.shortages[0].partition);
  EXPECT_EQ(layout.shortages[0].needs, 13 * disk_unit + 33 * 512);
  EXPECT_TRUE(lay_out({{8 * disk_unit, 0}, {0, 4 * disk_unit}}, 14 * disk_unit).shortages.empty());
}

}  // namespace
}  // namespace kjx::image
