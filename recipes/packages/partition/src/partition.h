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

/* Gives an ext4 superblock whose two sectors are of different writes its checksum. -1 when that is not what it lacks. */
int mend_superblock(const char* device);

/* As ext4 has it: not inverted at the end. */
uint32_t crc32c(const uint8_t* bytes, size_t size);

/* Prints "partition: WHAT: ..." with errno's text; returns -1. */
int complain(const char* what);

#endif
