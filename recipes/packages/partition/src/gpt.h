/* GUID partition tables (UEFI specification 2.10, chapter 5), of disks with sectors of 512 bytes. */
#ifndef GPT_H
#define GPT_H

#include <stddef.h>
#include <stdint.h>

enum { sector = 512, entry_size = 128, entry_count = 128, entries_sectors = entry_size * entry_count / sector };

struct gpt {
  uint8_t header[sector];
  uint8_t entries[entry_size * entry_count];
};

/* Fields of a header and of an entry, by their offset. */
enum {
  header_crc = 16,
  header_here = 24,
  header_other = 32,
  header_last_usable = 48,
  header_entries = 72,
  header_entries_crc = 88,
  entry_id = 16,
  entry_first = 32,
  entry_last = 40,
  entry_name = 56
};

uint64_t get64(const uint8_t* bytes);
uint32_t get32(const uint8_t* bytes);
void put64(uint8_t* bytes, uint64_t value);
void put32(uint8_t* bytes, uint32_t value);

/* The table in front, or, when that is damaged, the one at the end. 0, or -1 when there is none. */
int gpt_read(int disk, uint64_t sectors, struct gpt* gpt);
/* Writes both tables for a disk of that many sectors. 0, or -1 with errno. */
int gpt_write(int disk, uint64_t sectors, struct gpt* gpt);

/* "C12A7328-F81F-11D2-BA4B-00C04FC93EC9" to the order of bytes stored, and back. parse: 0, or -1. */
int guid_parse(const char* text, uint8_t id[16]);
void guid_print(const uint8_t id[16], char text[37]);

uint32_t crc32(const uint8_t* bytes, size_t size);

#endif
