/*
 * CRC-32: polynomial 0x04C11DB7, reflected (UEFI specification 2.10, section 5.3.2).
 * CRC-32C: 0x1EDC6F41 (RFC 3720, section 12.1).
 */
#include "gpt.h"
#include "partition.h"

static uint32_t crc(uint32_t crc, const uint8_t* bytes, size_t size, uint32_t polynomial) {
  for (size_t i = 0; i < size; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
  }
  return crc;
}

uint32_t crc32(const uint8_t* bytes, size_t size) { return ~crc(0xffffffff, bytes, size, 0xedb88320); }

uint32_t crc32c(uint32_t before, const uint8_t* bytes, size_t size) { return crc(before, bytes, size, 0x82f63b78); }
