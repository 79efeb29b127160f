/*
 * recall FOLDER LAST
 *
 * Are all records up to LAST in FOLDER, byte for byte? Names those that are not, and then ends with 1.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"

/* As many of `size` bytes as there are. */
static size_t read_all(int file, unsigned char* bytes, size_t size) {
  size_t done = 0;
  ssize_t more = 1;
  while (done < size && (more = read(file, bytes + done, size - done)) > 0) done += (size_t)more;
  return done;
}

/* The file of a record that has its own holds nothing else. */
static int same_file(int folder, unsigned number, const unsigned char* wanted, unsigned char* found) {
  char name[32];
  snprintf(name, sizeof name, "record.%u", number);
  int file = openat(folder, name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  size_t size = read_all(file, found, record_most + 1);
  close(file);
  return size == record_size(number) && memcmp(found, wanted, size) == 0;
}

static int same_here(int appended, unsigned number, const unsigned char* wanted, unsigned char* found) {
  size_t size = record_size(number);
  return appended >= 0 && read_all(appended, found, size) == size && memcmp(found, wanted, size) == 0;
}

int main(int count, char** words) {
  static unsigned char wanted[record_most + 1];
  static unsigned char found[record_most + 1];
  int folder = count == 3 ? open(words[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (folder < 0) {
    fputs("usage: recall FOLDER LAST\n", stderr);
    return 2;
  }
  int appended = openat(folder, "appended", O_RDONLY | O_CLOEXEC);
  unsigned last = (unsigned)atoi(words[2]);
  unsigned missing = 0;
  for (unsigned number = 1; number <= last; ++number) {
    record_fill(number, wanted);
    if (record_is_file(number) ? same_file(folder, number, wanted, found)
                               : same_here(appended, number, wanted, found)) {
      continue;
    }
    printf("record %u was acknowledged and is not there\n", number);
    ++missing;
  }
  printf("%u of %u records are there\n", last - missing, last);
  return missing != 0;
}
