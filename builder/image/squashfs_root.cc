// A tar archive carries everything that a manifest says (owners, device nodes), and tar2sqfs takes it from there
// without ever making a file: so nobody has to be root, and nothing of the host (its inode numbers, times, order) gets
// in.
#include "image/squashfs_root.h"

#include <fmt/format.h>

#include "archive/cpio.h"

namespace kjx::image {
namespace {

constexpr auto squashfs_inside = "/kjx/squashfs";

// The strongest level that a build can wait for. One that a reader must know of is recorded in the image.
std::string extra_of(std::string_view compression) {
  if (compression == "zstd") return "level=19";
  if (compression == "gzip") return "level=9";
  if (compression == "lz4") return "hc";
  return {};
}

}  // namespace

std::filesystem::path make_squashfs(work::Work& work, const store::Manifest& root, const SquashfsOptions& options) {
  const auto folder = work.folder("squashfs");
  archive::write_tar(root, work.store(), work.epoch(), folder / "root.tar");
  work.mount({folder, squashfs_inside, true});
  // One job: with more of them the bytes have been the same so far, but nobody promises it.
  work::Run run{
      .argv = {"sh", "-c", "exec \"$@\" <root.tar", "sh", "tar2sqfs", "--no-skip", "--no-xattr", "--quiet", "--force",
               "--num-jobs", "1", "--block-size", fmt::format("{}", options.block), "--defaults",
               fmt::format("uid=0,gid=0,mode=0755,mtime={}", work.epoch()), "--compressor", options.compression},
      .environment = {{"SOURCE_DATE_EPOCH", fmt::format("{}", work.epoch())}},
      .directory = squashfs_inside};
  if (const auto extra = extra_of(options.compression); !extra.empty()) {
    run.argv.insert(run.argv.end(), {"--comp-extra", extra});
  }
  run.argv.emplace_back("root.squashfs");
  work.run(run);
  std::filesystem::remove(folder / "root.tar");
  return folder / "root.squashfs";
}

}  // namespace kjx::image
