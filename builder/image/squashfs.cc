#include <fmt/format.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "image/format.h"
#include "image/squashfs_root.h"

namespace kjx::image {
namespace of_squashfs {

const schema::Table& table() {
  static const schema::Table table{
      "a squashfs output",
      "The root file system as a squashfs image.",
      {{"compression",
        schema::Type::word,
        "The kernel that mounts it must know it: CONFIG_SQUASHFS_ZSTD and so on.",
        false,
        "zstd",
        {"zstd", "xz", "gzip", "lz4"}},
       {"block-size", schema::Type::size,
        "Bytes compressed at once, a power of two from 4K to 1M: larger is smaller on disk and slower to read.", false,
        "128K"}}};
  return table;
}

SquashfsOptions options_of(const work::Work& work) {
  const auto& options = work.description().at("options");
  const SquashfsOptions read{options.at("compression").get<std::string>(),
                             options.at("block-size").get<std::uint64_t>()};
  if (std::has_single_bit(read.block) && read.block >= 4096 && read.block <= 1 << 20) return read;
  throw Failure(Diagnostic{kjx::Kind::bad_value, work.where("options.block-size"),
                           fmt::format("squashfs has no blocks of {} bytes", read.block),
                           "a power of two from 4K to 1M, such as 128K"});
}

void run(work::Work& work) {
  const auto options = options_of(work);
  work.output("image", work.store().put_file(make_squashfs(work, work.store().manifest(work.input("root")), options)));
}

}  // namespace of_squashfs

const Format& squashfs_format() {
  using namespace of_squashfs;
  static const Format format{
      .name = "squashfs",
      .extension = "squashfs",
      .help =
          "The root file system alone, compressed and read-only: to be mounted as a root, or unpacked by unsquashfs. "
          "Owners, modes and device nodes are those of the image's manifest.",
      .table = &table(),
      .needs_kernel = false,
      .action = {"image.squashfs", 1, {std::begin(squashfs_tools), std::end(squashfs_tools)}, run}};
  return format;
}

}  // namespace kjx::image
