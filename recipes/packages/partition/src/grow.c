/* The disk may be larger than the image written onto it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "partition.h"

/* Sectors at the end that belong to the table's copy: entries and a header. */
enum { tail = entries_sectors + 1 };

static int is_last(const struct gpt* gpt, unsigned number) {
  uint64_t last = get64(gpt->entries + (number - 1) * entry_size + entry_last);
  for (unsigned i = 0; i < entry_count; ++i) {
    if (get64(gpt->entries + i * entry_size + entry_last) > last) return 0;
  }
  return 1;
}

/* Tells the kernel, which would otherwise refuse to read the table anew while a partition is in use. */
static int resize_device(int disk, unsigned number, const uint8_t* entry) {
  struct blkpg_partition partition = {
      .start = (long long)(get64(entry + entry_first) * sector),
      .length = (long long)((get64(entry + entry_last) - get64(entry + entry_first) + 1) * sector),
      .pno = (int)number};
  struct blkpg_ioctl_arg argument = {BLKPG_RESIZE_PARTITION, 0, sizeof partition, &partition};
  return ioctl(disk, BLKPG, &argument);
}

static int grow_on(int disk, const struct found* found) {
  struct gpt gpt;
  uint64_t bytes;
  if (ioctl(disk, BLKGETSIZE64, &bytes) != 0) return complain(found->disk);
  uint64_t sectors = bytes / sector;
  if (gpt_read(disk, sectors, &gpt) != 0) return complain(found->disk);
  uint8_t* entry = gpt.entries + (found->number - 1) * entry_size;
  if (!is_last(&gpt, found->number)) {
    errno = EBUSY; /* something lies behind it */
    return complain(found->device);
  }
  uint64_t end = (sectors - tail) & ~(uint64_t)7;
  /* Once in a while a power cut leaves the tables new and the copy's place old: then only those are written. */
  if (end - 1 <= get64(entry + entry_last) && get64(gpt.header + header_here) == 1 &&
      get64(gpt.header + header_other) == sectors - 1) return 0;
  if (end - 1 > get64(entry + entry_last)) put64(entry + entry_last, end - 1);
  if (gpt_write(disk, sectors, &gpt) != 0) return complain(found->disk);
  return resize_device(disk, found->number, entry) == 0 ? 0 : complain(found->device);
}

int grow_partition(const uint8_t id[16]) {
  struct found found;
  if (find_partition(id, &found) != 0) {
    errno = ENOENT;
    return complain("grow");
  }
  int disk = open(found.disk, O_RDWR | O_CLOEXEC);
  if (disk < 0) return complain(found.disk);
  int answer = grow_on(disk, &found);
  close(disk);
  return answer;
}
