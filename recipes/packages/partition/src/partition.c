/*
 * partition find UUID          prints the device of the partition with this UUID
 * partition list               prints all: device, UUID, name
 * partition grow UUID          the disk's last partition takes all that is free behind it
 * partition fill UUID FOLDER   the ext4 file system on it, mounted at FOLDER, takes all of the partition
 * partition mend DEVICE        makes whole what a power cut has torn of an ext4 file system, and prints what it was
 *
 * For the early initramfs, where blkid and findfs of busybox know the UUIDs of file systems only.
 */
#include "partition.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int complain(const char* what) {
  fprintf(stderr, "partition: %s: %s\n", what, strerror(errno));
  return -1;
}

static int usage(void) {
  fputs("usage: partition list | find UUID | grow UUID | fill UUID FOLDER | mend DEVICE\n", stderr);
  return 2;
}

static int find(const uint8_t id[16]) {
  struct found found;
  if (find_partition(id, &found) != 0) return -1;
  puts(found.device);
  return 0;
}

int main(int count, char** words) {
  uint8_t id[16];
  if (count == 2 && strcmp(words[1], "list") == 0) {
    list_partitions();
    return 0;
  }
  if (count == 3 && strcmp(words[1], "mend") == 0) return mend(words[2]) == 0 ? 0 : 1;
  if (count < 3 || guid_parse(words[2], id) != 0) return usage();
  if (count == 3 && strcmp(words[1], "find") == 0) return find(id) == 0 ? 0 : 1;
  if (count == 3 && strcmp(words[1], "grow") == 0) return grow_partition(id) == 0 ? 0 : 1;
  if (count == 4 && strcmp(words[1], "fill") == 0) return fill_partition(id, words[3]) == 0 ? 0 : 1;
  return usage();
}
