/*
 * acknowledge FOLDER DEVICE FIRST LAST
 *
 * Writes records FIRST to LAST into FOLDER. After the fsync of each has come back, and not before, the number is
 * written to the first sector of DEVICE, past every cache, and then to stdout. DEVICE lies on the same disk: so whoever
 * has a log of all that was written to the disk sees in it, between which two writes a record was promised to be safe.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"

static void must(int good, const char* what) {
  if (good) return;
  perror(what);
  exit(1);
}

static void write_all(int file, const unsigned char* bytes, size_t size) {
  while (size > 0) {
    ssize_t done = write(file, bytes, size);
    must(done > 0, "write");
    bytes += done;
    size -= (size_t)done;
  }
}

static void append(int folder, const unsigned char* bytes, size_t size) {
  int file = openat(folder, "appended", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  must(file >= 0, "appended");
  write_all(file, bytes, size);
  must(fsync(file) == 0, "fsync");
  close(file);
}

static void replace(int folder, unsigned number, const unsigned char* bytes, size_t size) {
  char name[32];
  snprintf(name, sizeof name, "record.%u", number);
  int file = openat(folder, "new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  must(file >= 0, "new");
  write_all(file, bytes, size);
  must(fsync(file) == 0, "fsync");
  close(file);
  must(renameat(folder, "new", folder, name) == 0, "rename");
  must(fsync(folder) == 0, "fsync of the folder");
}

static void acknowledge(int device, unsigned char* marker, unsigned number) {
  memset(marker, 0, record_marker_size);
  snprintf((char*)marker, record_marker_size, RECORD_MARKER "%u\n", number);
  must(pwrite(device, marker, record_marker_size, 0) == record_marker_size, "marker");
  printf(RECORD_MARKER "%u\n", number);
  fflush(stdout);
}

int main(int count, char** words) {
  static unsigned char bytes[record_most + 1];
  void* marker = NULL;
  must(count == 5, "usage: acknowledge FOLDER DEVICE FIRST LAST");
  int folder = open(words[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  must(folder >= 0, words[1]);
  int device = open(words[2], O_WRONLY | O_DIRECT | O_CLOEXEC);
  must(device >= 0, words[2]);
  must(posix_memalign(&marker, 4096, 4096) == 0, "memory");
  for (unsigned number = (unsigned)atoi(words[3]); number <= (unsigned)atoi(words[4]); ++number) {
    record_fill(number, bytes);
    if (record_is_file(number)) {
      replace(folder, number, bytes, record_size(number));
    } else {
      append(folder, bytes, record_size(number));
    }
    acknowledge(device, marker, number);
  }
  return 0;
}
