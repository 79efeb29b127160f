/*
 * Both tables are rewritten when a disk has grown, and the power may fail in between. So the copy at the new end comes
 * first, whole and on the disk; then sectors 0 to 7 in one write: they hold the protective MBR, the header, and the
 * entries of the first 24 partitions, so that header and changed entry never disagree. (Kernels do not look at the
 * copy when the first table is damaged, unless told so.)
 */
#include "gpt.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { front_sectors = 8 };

uint64_t get64(const uint8_t* bytes) { return get32(bytes) | (uint64_t)get32(bytes + 4) << 32; }

uint32_t get32(const uint8_t* bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

void put64(uint8_t* bytes, uint64_t value) {
  put32(bytes, (uint32_t)value);
  put32(bytes + 4, (uint32_t)(value >> 32));
}

void put32(uint8_t* bytes, uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes[i] = (uint8_t)(value >> (8 * i));
}

static int read_at(int disk, uint64_t at, void* to, size_t size) {
  return pread(disk, to, size, (off_t)(at * sector)) == (ssize_t)size ? 0 : -1;
}

static int write_at(int disk, uint64_t at, const void* from, size_t size) {
  ssize_t done = pwrite(disk, from, size, (off_t)(at * sector));
  if (done == (ssize_t)size) return 0;
  if (done >= 0) errno = EIO;
  return -1;
}

static uint32_t header_sum(const struct gpt* gpt) {
  uint8_t header[92];
  memcpy(header, gpt->header, sizeof header);
  put32(header + header_crc, 0);
  return crc32(header, sizeof header);
}

static int read_table(int disk, uint64_t at, struct gpt* gpt) {
  static const uint8_t begin[16] = {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T', 0, 0, 1, 0, 92, 0, 0, 0};
  if (read_at(disk, at, gpt->header, sizeof gpt->header) != 0 || memcmp(gpt->header, begin, sizeof begin) != 0) return -1;
  if (get32(gpt->header + header_crc) != header_sum(gpt) || get64(gpt->header + header_here) != at) return -1;
  if (get32(gpt->header + 80) != entry_count || get32(gpt->header + 84) != entry_size) return -1;
  if (read_at(disk, get64(gpt->header + header_entries), gpt->entries, sizeof gpt->entries) != 0) return -1;
  return get32(gpt->header + header_entries_crc) == crc32(gpt->entries, sizeof gpt->entries) ? 0 : -1;
}

int gpt_read(int disk, uint64_t sectors, struct gpt* gpt) {
  if (sectors < 128) return -1;
  return read_table(disk, 1, gpt) == 0 ? 0 : read_table(disk, sectors - 1, gpt);
}

/* Fills in the header of the table at the front, or of the copy. */
static void finish_header(struct gpt* gpt, uint64_t sectors, int copy) {
  put64(gpt->header + header_here, copy ? sectors - 1 : 1);
  put64(gpt->header + header_other, copy ? 1 : sectors - 1);
  put64(gpt->header + header_last_usable, sectors - 2 - entries_sectors);
  put64(gpt->header + header_entries, copy ? sectors - 1 - entries_sectors : 2);
  put32(gpt->header + header_entries_crc, crc32(gpt->entries, sizeof gpt->entries));
  put32(gpt->header + header_crc, header_sum(gpt));
}

static int write_copy(int disk, uint64_t sectors, struct gpt* gpt) {
  finish_header(gpt, sectors, 1);
  if (write_at(disk, sectors - 1 - entries_sectors, gpt->entries, sizeof gpt->entries) != 0) return -1;
  if (write_at(disk, sectors - 1, gpt->header, sizeof gpt->header) != 0) return -1;
  return fsync(disk);
}

static int write_front(int disk, uint64_t sectors, struct gpt* gpt) {
  enum { in_front = (front_sectors - 2) * sector };
  uint8_t front[front_sectors * sector];
  if (read_at(disk, 0, front, sizeof front) != 0) return -1;
  finish_header(gpt, sectors, 0);
  put32(front + 446 + 12, sectors - 1 > 0xffffffff ? 0xffffffff : (uint32_t)(sectors - 1));
  memcpy(front + sector, gpt->header, sector);
  memcpy(front + 2 * sector, gpt->entries, in_front);
  /* The rest first: it is as it was, unless the front was damaged. */
  if (write_at(disk, front_sectors, gpt->entries + in_front, sizeof gpt->entries - in_front) != 0) return -1;
  if (fsync(disk) != 0 || write_at(disk, 0, front, sizeof front) != 0) return -1;
  return fsync(disk);
}

int gpt_write(int disk, uint64_t sectors, struct gpt* gpt) {
  return write_copy(disk, sectors, gpt) == 0 ? write_front(disk, sectors, gpt) : -1;
}

/* Where each byte of the text stands in what is stored. */
static const int text_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

static int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  digit = (char)(digit | 0x20);
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

int guid_parse(const char* text, uint8_t id[16]) {
  if (strlen(text) != 36) return -1;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      if (*text++ != '-') return -1;
    }
    int high = hex_value(text[0]), low = hex_value(text[1]);
    if (high < 0 || low < 0) return -1;
    id[text_order[i]] = (uint8_t)(high << 4 | low);
    text += 2;
  }
  return 0;
}

void guid_print(const uint8_t id[16], char text[37]) {
  static const char digits[] = "0123456789ABCDEF";
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *text++ = '-';
    *text++ = digits[id[text_order[i]] >> 4];
    *text++ = digits[id[text_order[i]] & 15];
  }
  *text = 0;
}
