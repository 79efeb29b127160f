/*
 * A transaction counts when its commit block is there, which is written last, after a flush of all the others. The
 * block says all that it says in its first 60 bytes, and is zeros behind them; its checksum is of the whole. So when a
 * cut let its first sector reach the disk and not all of the others, the transaction is complete, and only the zeros
 * are missing: they are written where the checksum says so. (The journal's own superblock cannot be torn: what changes
 * in it lies in its first sector. A torn descriptor has no commit block behind it, and the kernel ends there.)
 *
 * The walk is that of the kernel's first pass: from the oldest transaction to the first block that does not continue
 * it. One wrong checksum that this does not explain ends it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ext4.h"
#include "partition.h"

enum {
  block_magic = 0,
  block_type = 4,
  block_transaction = 8,
  block_header_size = 12,
  type_descriptor = 1,
  type_commit = 2,
  type_superblock = 4,
  type_revoke = 5,
  tail_size = 4,        /* of descriptors and revokes: their checksum */
  commit_checksum = 16, /* after a type, a size and two bytes */
  first_sector = 512,

  /* the journal's superblock */
  journal_block_size = 0x0c,
  journal_blocks = 0x10,
  journal_first = 0x14,
  journal_transaction = 0x18,
  journal_start = 0x1c, /* 0: nothing is to be played */
  journal_incompat = 0x28,
  journal_uuid = 0x30,
  uuid_size = 16,
  incompat_csum_v3 = 0x10,

  /* a descriptor's tags, of journals with csum_v3 */
  tag_size = 16,
  tag_flags = 4,
  tag_same_uuid = 2,
  tag_last = 8,

  /* extents in the inode itself */
  extent_magic = 0xf30a, /* 16 bits, and as many of their number */
  extent_depth = 6,      /* 16 bits */
  extent_size = 12,      /* of the header, and of each */
  most_extents = 4
};

static const uint32_t journal_magic = 0xc03b3998;

struct journal {
  int device;
  const uint8_t* extents; /* of the superblock */
  uint8_t* block;
  uint32_t block_size; /* bytes */
  uint32_t blocks;
  uint32_t first; /* the log's first block; it goes round */
  uint32_t seed;  /* of all its checksums */
};

static uint32_t big32(const uint8_t* bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t little16(const uint8_t* bytes) { return get32(bytes) & 0xffff; }

/* Where a block of the journal lies on the device, in bytes; 0 for none. */
static off_t place_of(const struct journal* journal, uint32_t block) {
  uint32_t count = little16(journal->extents + 2);
  for (uint32_t i = 1; i <= count && i <= most_extents; ++i) {
    const uint8_t* extent = journal->extents + i * extent_size;
    uint32_t from = get32(extent), length = little16(extent + 4);
    if (block < from || block - from >= length) continue;
    uint64_t start = (uint64_t)little16(extent + 6) << 32 | get32(extent + 8);
    return (off_t)((start + (block - from)) * journal->block_size);
  }
  return 0;
}

static int read_block(const struct journal* journal, uint32_t block) {
  off_t place = place_of(journal, block);
  return place > 0 &&
         pread(journal->device, journal->block, journal->block_size, place) == (ssize_t)journal->block_size;
}

/* The checksum of the block that was read, with zeros in its own place `at`. */
static int sound(const struct journal* journal, uint32_t at) {
  static const uint8_t zeros[4];
  uint32_t sum = crc32c(journal->seed, journal->block, at);
  sum = crc32c(sum, zeros, sizeof zeros);
  sum = crc32c(sum, journal->block + at + sizeof zeros, journal->block_size - at - sizeof zeros);
  return sum == big32(journal->block + at);
}

/* The number of blocks that a descriptor is followed by. */
static uint32_t described(const struct journal* journal) {
  uint32_t count = 0;
  for (uint32_t at = block_header_size; at + tag_size <= journal->block_size - tail_size;) {
    uint32_t flags = big32(journal->block + at + tag_flags);
    ++count;
    at += tag_size + (flags & tag_same_uuid ? 0 : uuid_size);
    if (flags & tag_last) break;
  }
  return count;
}

static int mend_commit(const struct journal* journal, uint32_t block) {
  memset(journal->block + first_sector, 0, journal->block_size - first_sector);
  if (!sound(journal, commit_checksum)) return 0;
  size_t size = journal->block_size - first_sector;
  return pwrite(journal->device, journal->block + first_sector, size, place_of(journal, block) + first_sector) ==
                 (ssize_t)size
             ? 1
             : -1;
}

static int walk(const struct journal* journal, uint32_t block, uint32_t transaction) {
  uint32_t tail = journal->block_size - tail_size;
  for (uint32_t seen = 0; seen < journal->blocks; ++seen) {
    if (!read_block(journal, block) || big32(journal->block + block_magic) != journal_magic ||
        big32(journal->block + block_transaction) != transaction)
      return 0;
    uint32_t next = block + 1;
    switch (big32(journal->block + block_type)) {
      case type_descriptor:
        if (!sound(journal, tail)) return 0;
        next += described(journal);
        break;
      case type_revoke:
        if (!sound(journal, tail)) return 0;
        break;
      case type_commit:
        if (!sound(journal, commit_checksum)) return mend_commit(journal, block);
        ++transaction;
        break;
      default:
        return 0;
    }
    block = next < journal->blocks ? next : next - (journal->blocks - journal->first);
  }
  return 0;
}

/* Whether the journal is understood here: in few extents, with checksums of the third kind, as of mke2fs. */
static int open_journal(struct journal* journal, const uint8_t* superblock) {
  const uint8_t* extents = journal->extents;
  if (superblock[superblock_journal_kind] != 1 || little16(extents) != extent_magic ||
      little16(extents + extent_depth) != 0 || !read_block(journal, 0))
    return 0;
  const uint8_t* head = journal->block;
  journal->blocks = big32(head + journal_blocks);
  journal->first = big32(head + journal_first);
  journal->seed = crc32c(crc32c_start, head + journal_uuid, uuid_size);
  return big32(head + block_magic) == journal_magic && big32(head + block_type) == type_superblock &&
         big32(head + journal_block_size) == journal->block_size && journal->first < journal->blocks &&
         (big32(head + journal_incompat) & incompat_csum_v3) != 0;
}

int mend_journal(int device, const uint8_t superblock[superblock_size]) {
  uint32_t shift = get32(superblock + superblock_block_size);
  if (shift > 6) return 0;
  struct journal journal = {
      .device = device, .extents = superblock + superblock_journal_blocks, .block_size = 1024u << shift};
  journal.block = malloc(journal.block_size);
  if (journal.block == NULL) return -1;
  int mended = 0;
  if (open_journal(&journal, superblock)) {
    uint32_t start = big32(journal.block + journal_start);
    if (start != 0) mended = walk(&journal, start, big32(journal.block + journal_transaction));
  }
  free(journal.block);
  return mended;
}
