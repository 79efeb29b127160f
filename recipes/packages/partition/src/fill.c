/* ext4 grows while it is mounted: the kernel does it all (Documentation/admin-guide/ext4.rst, EXT4_IOC_RESIZE_FS). */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/types.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "partition.h"

/* The kernel keeps this one in fs/ext4/ext4.h, where no program can include it. */
#define EXT4_IOC_RESIZE_FS _IOW('f', 16, __u64)

static int device_bytes(const char* device, uint64_t* bytes) {
  int file = open(device, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  int answer = ioctl(file, BLKGETSIZE64, bytes);
  close(file);
  return answer;
}

int fill_partition(const uint8_t id[16], const char* mount) {
  struct found found;
  struct statfs state;
  uint64_t bytes;
  if (find_partition(id, &found) != 0) {
    errno = ENOENT;
    return complain("fill");
  }
  if (device_bytes(found.device, &bytes) != 0) return complain(found.device);
  int folder = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || fstatfs(folder, &state) != 0) return complain(mount);
  __u64 blocks = bytes / (uint64_t)state.f_bsize;
  int answer = ioctl(folder, EXT4_IOC_RESIZE_FS, &blocks);
  if (answer != 0) complain(mount);
  close(folder);
  return answer;
}
