/*
 * The superblock of ext4 is 1024 bytes, two sectors of most disks, and a power cut may leave the first one of one write
 * and the second one of another. The kernel then refuses it for its checksum, before it looks at the journal; small file
 * systems have no copy. All that says what state the file system is in lies in the first sector; the second one holds
 * mount options, statistics and the high bits of times. So a checksum made anew is all that such a superblock needs: it is
 * as good as the write that its first sector is of, and the journal brings the rest up to date.
 *
 * The superblock: Documentation/filesystems/ext4/super.rst of the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "partition.h"

enum {
  superblock_place = 1024,
  superblock_size = 1024,
  superblock_magic = 0x38, /* 16 bits */
  magic_of_ext4 = 0xef53,
  superblock_ro_compat = 0x64,
  ro_compat_metadata_csum = 0x400,
  superblock_checksum_type = 0x175, /* 8 bits; 1 is CRC-32C, the only one there is */
  superblock_checksum = 0x3fc
};

static int has_checksum(const uint8_t* block) {
  return (get32(block + superblock_magic) & 0xffff) == magic_of_ext4 &&
         (get32(block + superblock_ro_compat) & ro_compat_metadata_csum) != 0 && block[superblock_checksum_type] == 1;
}

int mend_superblock(const char* device) {
  uint8_t block[superblock_size];
  int file = open(device, O_RDWR | O_CLOEXEC);
  if (file < 0 || pread(file, block, sizeof block, superblock_place) != (ssize_t)sizeof block) return complain(device);
  uint32_t right = crc32c(block, superblock_checksum);
  if (!has_checksum(block) || get32(block + superblock_checksum) == right) {
    errno = EINVAL; /* whatever is wrong with it, it is not this */
    return complain(device);
  }
  put32(block + superblock_checksum, right);
  if (pwrite(file, block, sizeof block, superblock_place) != (ssize_t)sizeof block || fsync(file) != 0)
    return complain(device);
  close(file);
  return 0;
}
