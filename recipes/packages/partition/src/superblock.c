/*
 * The superblock is two sectors, and a cut may leave the first one of one write and the second one of another. Small
 * file systems have no copy. All that says what state the file system is in lies in the first sector; the second one
 * holds mount options, statistics and the high bits of times. So a checksum made anew is all that it needs: it is as
 * good as the write that its first sector is of, and the journal brings the rest up to date.
 */
#include <errno.h>
#include <unistd.h>

#include "ext4.h"
#include "partition.h"

int mend_superblock(int device, uint8_t superblock[superblock_size]) {
  if ((get32(superblock + superblock_magic) & 0xffff) != magic_of_ext4) {
    errno = EINVAL;
    return -1;
  }
  if ((get32(superblock + superblock_ro_compat) & ro_compat_metadata_csum) == 0) return 0;
  if (superblock[superblock_checksum_type] != 1) return 0;
  uint32_t right = crc32c(crc32c_start, superblock, superblock_checksum);
  if (get32(superblock + superblock_checksum) == right) return 0;
  put32(superblock + superblock_checksum, right);
  return pwrite(device, superblock, superblock_size, superblock_place) == superblock_size ? 1 : -1;
}
