/*
 * What record N is and where it goes; the program that writes it in the guest and the one that checks the disk after a
 * power cut both read this.
 *
 * Every third record is a file of its own, written beside its place and renamed; the others are appended to one file.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

enum { record_most = 9000 };

static inline int record_is_file(unsigned number) { return number % 3 == 0; }

static inline size_t record_size(unsigned number) { return 1 + (size_t)number * 2654435761u % record_most; }

static inline void record_fill(unsigned number, unsigned char* bytes) {
  uint32_t state = number * 747796405u + 1;
  for (size_t i = 0; i < record_size(number); ++i) {
    state = state * 1664525u + 1013904223u;
    bytes[i] = (unsigned char)(state >> 24);
  }
}

/* The marker is one sector: "acknowledged N\n". */
#define RECORD_MARKER "acknowledged "
enum { record_marker_size = 512 };

#endif
