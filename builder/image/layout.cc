#include "image/layout.h"

#include "image/disk.h"
#include "image/fat.h"

namespace kjx::image {
namespace {

std::uint64_t rounded_up(std::uint64_t bytes) { return (bytes + disk_unit - 1) / disk_unit * disk_unit; }

std::uint64_t least_of(const WantedPartition& partition) {
  return rounded_up(partition.asked != 0 ? partition.asked : partition.needed);
}

// The table in front, and its copy at the end.
constexpr std::uint64_t around = disk_unit + gpt_tail * sector_size;

}  // namespace

Layout lay_out(const std::vector<WantedPartition>& wanted, std::uint64_t disk) {
  Layout layout;
  std::uint64_t at = partition_start;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& [asked, needed] = wanted[i];
    if (asked != 0 && asked < needed) layout.shortages.push_back({i, asked, needed});
    layout.partitions.push_back({at, least_of(wanted[i]) / sector_size});
    at += layout.partitions.back().sectors;
  }
  const auto least = at * sector_size - disk_unit + around;
  layout.sectors = (disk != 0 ? disk / disk_unit * disk_unit : rounded_up(least)) / sector_size;
  if (layout.sectors * sector_size < least) {
    layout.shortages.push_back({{}, disk, least});
  } else if (!wanted.empty() && wanted.back().asked == 0) {
    auto& last = layout.partitions.back();
    last.sectors = (layout.sectors - gpt_tail - last.first) & ~std::uint64_t{7};
  }
  return layout;
}

}  // namespace kjx::image
