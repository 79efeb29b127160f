/* What the commands of `partition` share. */
#ifndef PARTITION_H
#define PARTITION_H

#include <stdint.h>

#include "gpt.h"

/* A partition as found: "/dev/vda", "/dev/vda4", and its place in the disk's table. */
struct found {
  char disk[64];
  char device[72];
  unsigned number; /* from 1 */
};

/* Looks at every disk that the kernel knows. 0, or -1 when none has a partition of this UUID. */
int find_partition(const uint8_t id[16], struct found* found);
/* Prints every partition: device, UUID, name. */
void list_partitions(void);

/* The last partition takes all of the disk; tables first, then the running kernel's idea of it. */
int grow_partition(const uint8_t id[16]);
/* The ext4 file system mounted at `mount` takes all of the partition. */
int fill_partition(const uint8_t id[16], const char* mount);

/* Makes whole what a power cut tore of the ext4 file system on it, and prints what: "superblock", "journal", a line
   each. -1 when nothing of it is torn. */
int mend(const char* device);

/* As ext4 has it: not inverted at the end; from crc32c_start, or from the checksum of what stands before. */
static const uint32_t crc32c_start = 0xffffffff;
uint32_t crc32c(uint32_t before, const uint8_t* bytes, size_t size);

/* Prints "partition: WHAT: ..." with errno's text; returns -1. */
int complain(const char* what);

#endif
