#include "image/fat.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace kjx::image {
namespace {

constexpr std::uint32_t least_clusters = 4085 + 16;  // some readers are off by a few at the border
constexpr std::uint32_t most_clusters = 65524 - 16;
constexpr std::uint32_t cd_sector = 4;  // in sectors of 512 bytes
constexpr std::uint32_t slack = 32;     // clusters for folders and small files' last, half-used ones

std::uint32_t fat_sectors(std::uint32_t clusters) {
  return static_cast<std::uint32_t>((2 * (std::uint64_t{clusters} + 2) + sector_size - 1) / sector_size);
}

// Puts cluster 4 at a multiple of a CD's sector by reserving a few sectors more.
void align(FatShape& shape) {
  while ((shape.data() + 2 * shape.cluster) % cd_sector != 0) ++shape.reserved;
}

FatShape shape_for(std::uint32_t cluster, std::uint32_t clusters) {
  FatShape shape{.cluster = cluster, .fat = fat_sectors(clusters)};
  align(shape);
  shape.total = shape.data() + clusters * cluster;
  shape.total += (cd_sector - shape.total % cd_sector) % cd_sector;
  return shape;
}

// The clusters that a volume of `total` sectors has besides its own tables.
std::uint32_t clusters_in(std::uint32_t total, std::uint32_t cluster) {
  std::uint32_t clusters = total / cluster;
  while (clusters > 0 && shape_for(cluster, clusters).total > total) {
    const auto over = shape_for(cluster, clusters).total - total;
    clusters -= std::min(clusters, std::max(1U, over / cluster));
  }
  return clusters;
}

void run_mtools(work::Work& work, std::vector<std::string> argv) {
  work::Run run;
  run.argv = std::move(argv);
  run.directory = "/";
  run.environment = {{"SOURCE_DATE_EPOCH", std::to_string(work.epoch())}, {"TZ", "UTC"}, {"MTOOLSRC", "/dev/null"}};
  work.run(run);
}

// mtools gives each file the first free clusters. A folder takes exactly one: as many as are to stay free before a file
// are made, and removed when everything is in its place.
class Gaps {
 public:
  Gaps(work::Work& work, const std::string& image, const FatShape& shape, std::size_t folders)
      : work_(work), image_(image), shape_(shape), next_(2 + folders) {}

  void before(const FatVolume::File& file) {
    while (file.at_cd_sector && (shape_.data() + (next_ - 2) * shape_.cluster) % cd_sector != 0) {
      run_mtools(work_, {"mmd", "-i", image_, names_.emplace_back(fmt::format("::/gap.{}", names_.size()))});
      ++next_;
    }
  }
  void after(const FatVolume::File& file) {
    const auto cluster = shape_.cluster * sector_size;
    next_ += (file.size + cluster - 1) / cluster;
  }
  void remove() {
    for (const auto& name : names_) run_mtools(work_, {"mrd", "-i", image_, name});
  }

 private:
  work::Work& work_;
  const std::string& image_;
  const FatShape& shape_;
  std::uint64_t next_;  // free cluster
  std::vector<std::string> names_;
};

// Little-endian numbers of a volume that was read into memory.
struct Bytes {
  std::string text;

  [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t length) const {
    std::uint32_t value = 0;
    for (std::size_t i = length; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(text.at(at + i));
    return value;
  }
};

// "BOOTX64.EFI" as a folder stores it: "BOOTX64 EFI".
std::string short_name(std::string_view name) {
  const auto dot = name.rfind('.');
  std::string stored(name.substr(0, dot));
  stored.resize(8, ' ');
  if (dot != std::string_view::npos) stored += name.substr(dot + 1);
  stored.resize(11, ' ');
  std::ranges::transform(stored, stored.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return stored;
}

struct Volume {
  Bytes head;  // everything before the clusters, and the clusters of the first folders
  FatShape shape;

  [[nodiscard]] std::uint64_t offset_of(std::uint32_t cluster) const {
    return (shape.data() + std::uint64_t{cluster - 2} * shape.cluster) * sector_size;
  }
  [[nodiscard]] std::uint32_t next(std::uint32_t cluster) const {
    return head.number(shape.reserved * sector_size + 2 * std::uint64_t{cluster}, 2);
  }
};

Volume open_volume(const std::filesystem::path& image) {
  Volume volume;
  std::ifstream in(image, std::ios::binary);
  volume.head.text.resize(512);
  in.read(volume.head.text.data(), 512);
  const Bytes& boot = volume.head;  // offsets: FAT specification 1.03, "Boot Sector and BPB Structure"
  volume.shape.cluster = boot.number(13, 1);
  volume.shape.reserved = boot.number(14, 2);
  volume.shape.root = static_cast<std::uint32_t>(boot.number(17, 2) * 32ull / sector_size);
  volume.shape.fat = boot.number(22, 2);
  // The folders looked into are the first things written, so they lie at the front.
  volume.head.text.resize(volume.offset_of(2 + slack));
  in.read(volume.head.text.data() + 512, static_cast<std::streamsize>(volume.head.text.size() - 512));
  return volume;
}

struct Found {
  std::uint32_t cluster = 0;
  std::uint32_t size = 0;
};

std::optional<Found> find_in_folder(const Volume& volume, std::uint64_t begin, std::uint64_t length,
                                    std::string_view name) {
  const auto stored = short_name(name);
  for (std::uint64_t at = begin; at < begin + length; at += 32) {
    if (volume.head.text.compare(at, 11, stored) != 0) continue;
    return Found{volume.head.number(at + 26, 2), volume.head.number(at + 28, 4)};
  }
  return {};
}

bool in_one_piece(const Volume& volume, const Found& file) {
  const std::uint64_t cluster_bytes = volume.shape.cluster * sector_size;
  const auto clusters = (file.size + cluster_bytes - 1) / cluster_bytes;
  for (std::uint32_t i = 0; i + 1 < clusters; ++i) {
    if (volume.next(file.cluster + i) != file.cluster + i + 1) return false;
  }
  return true;
}

}  // namespace

std::optional<FatShape> fat_shape(std::uint64_t bytes, std::uint32_t total) {
  for (std::uint32_t cluster = 1; cluster <= 64; cluster *= 2) {
    const std::uint64_t wanted = bytes / (cluster * sector_size) + slack;
    if (wanted > most_clusters) continue;
    const auto least = std::max(least_clusters, static_cast<std::uint32_t>(wanted));
    if (total == 0) return shape_for(cluster, least);
    const auto clusters = clusters_in(total, cluster);
    if (clusters > most_clusters) continue;
    if (clusters < least) return {};
    auto shape = shape_for(cluster, clusters);
    shape.total = total;
    return shape;
  }
  return {};
}

void make_fat(work::Work& work, const std::string& image, const FatShape& shape, const FatVolume& volume) {
  run_mtools(work, {"mformat", "-C",
                    "-i",      image,
                    "-T",      std::to_string(shape.total),
                    "-h",      "64",
                    "-s",      "32",
                    "-c",      std::to_string(shape.cluster),
                    "-R",      std::to_string(shape.reserved),
                    "-L",      std::to_string(shape.fat),
                    "-r",      std::to_string(shape.root),
                    "-H",      std::to_string(volume.hidden),
                    "-N",      fmt::format("{:08x}", volume.id),
                    "-v",      volume.label.substr(0, 11),
                    "::"});
  for (const auto& folder : volume.folders) run_mtools(work, {"mmd", "-i", image, "::/" + folder});
  Gaps gaps(work, image, shape, volume.folders.size());
  for (const auto& file : volume.files) {
    gaps.before(file);
    run_mtools(work, {"mcopy", "-i", image, file.from, "::/" + file.path});
    gaps.after(file);
  }
  gaps.remove();
}

std::optional<Extent> find_in_fat(const std::filesystem::path& image, std::string_view path) {
  const Volume volume = open_volume(image);
  std::uint64_t begin = (volume.shape.reserved + 2 * std::uint64_t{volume.shape.fat}) * sector_size;
  std::uint64_t length = volume.shape.root * sector_size;
  while (true) {
    const auto slash = path.find('/');
    const auto found = find_in_folder(volume, begin, length, path.substr(0, slash));
    if (!found || found->cluster < 2) return {};
    begin = volume.offset_of(found->cluster);
    length = volume.shape.cluster * sector_size;
    if (slash == std::string_view::npos) {
      if (!in_one_piece(volume, *found)) return {};
      return Extent{begin, found->size};
    }
    if (found->cluster >= 2 + slack) return {};
    path.remove_prefix(slash + 1);
  }
}

}  // namespace kjx::image
