// What mke2fs would take from elsewhere is given: times (it has its own variable for them, and newer versions know
// SOURCE_DATE_EPOCH), the two random ids, the owner of the root folder, the features (else from /etc/mke2fs.conf), and
// tables written now rather than by the first kernel that mounts it, so that nothing of an image is left to chance.
//
// Blocks of 4096 bytes, although the file system may be tiny: it grows on its first boot, up to sizes where blocks of
// 1024 would have run out of room for group descriptors. One inode for 8 KiB: growing adds as many to every new group
// as the first one had.
#include "image/ext4.h"

#include <fmt/format.h>

namespace kjx::image {
namespace {

constexpr auto block_size = 4096;
constexpr auto features =
    "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,"
    "dir_nlink,extra_isize,metadata_csum";

}  // namespace

void make_ext4(work::Work& work, const std::string& image, const Ext4Volume& volume) {
  const auto id = volume.id.text();
  work::Run run;
  run.argv = {"mke2fs",
              "-q",
              "-F",
              "-t",
              "ext4",
              "-O",
              features,
              "-b",
              fmt::format("{}", block_size),
              "-i",
              "8192",
              "-I",
              "256",
              "-m",
              "0",
              "-e",
              "remount-ro",
              "-L",
              volume.label,
              "-U",
              id,
              "-E",
              fmt::format("hash_seed={},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0,nodiscard", id),
              image,
              fmt::format("{}", volume.bytes / block_size)};
  run.directory = "/";
  run.environment = {{"SOURCE_DATE_EPOCH", std::to_string(work.epoch())},
                     {"E2FSPROGS_FAKE_TIME", std::to_string(work.epoch())},
                     {"MKE2FS_CONFIG", "/dev/null"},
                     {"TZ", "UTC"}};
  work.run(run);
}

}  // namespace kjx::image
