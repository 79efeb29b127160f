/*
 * What of ext4's layout is needed to mend it (Documentation/filesystems/ext4 of the kernel: super.rst, journal.rst,
 * ifork.rst). The superblock is little-endian, the journal big-endian.
 */
#ifndef EXT4_H
#define EXT4_H

#include <stdint.h>

/* Fields of the superblock, by their offset; 32 bits where nothing else is said. */
enum {
  superblock_place = 1024, /* in the file system */
  superblock_size = 1024,
  superblock_block_size = 0x18, /* 1024 << this */
  superblock_magic = 0x38,      /* 16 bits */
  superblock_ro_compat = 0x64,
  superblock_journal_kind = 0xfd,    /* 8 bits; 1: the next one is a copy of the journal inode's i_block */
  superblock_journal_blocks = 0x10c, /* 60 bytes */
  superblock_checksum_type = 0x175,  /* 8 bits; 1 is CRC-32C, the only one there is */
  superblock_checksum = 0x3fc,

  magic_of_ext4 = 0xef53,
  ro_compat_metadata_csum = 0x400
};

/* Both: 1 when something was torn and is mended, 0 when nothing of the kind is wrong, -1 with errno. */
int mend_superblock(int device, uint8_t superblock[superblock_size]);
int mend_journal(int device, const uint8_t superblock[superblock_size]);

#endif
