/*
 * A disk writes a sector whole or not at all, and ext4's blocks are several of them. Nearly all of a file system may be
 * torn by a power cut and is brought in order by the journal. Two kinds of block are what the journal itself hangs on:
 * the kernel refuses a file system where one of them has a checksum that is wrong. Here both get what they lack.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ext4.h"
#include "partition.h"

int mend(const char* device) {
  uint8_t superblock[superblock_size];
  int file = open(device, O_RDWR | O_CLOEXEC);
  if (file < 0 || pread(file, superblock, sizeof superblock, superblock_place) != (ssize_t)sizeof superblock)
    return complain(device);
  int torn_superblock = mend_superblock(file, superblock);
  if (torn_superblock < 0) return complain(device);
  int torn_journal = mend_journal(file, superblock);
  if (torn_journal < 0 || fsync(file) != 0) return complain(device);
  close(file);
  if (torn_superblock) puts("superblock");
  if (torn_journal) puts("journal");
  if (torn_superblock || torn_journal) return 0;
  errno = EINVAL; /* whatever is wrong with it, it is not this */
  return complain(device);
}
