/* Disks are what /sys/block lists; kernels before 6.9 do not say a partition's UUID there, so the tables are read. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "partition.h"

/* Called for every partition that has a device; not 0 ends the walk. */
typedef int visit(const struct found* at, const uint8_t* entry, void* more);

static int is_used(const uint8_t* entry) {
  static const uint8_t nothing[16];
  return memcmp(entry, nothing, sizeof nothing) != 0;
}

/* vda, 4: /dev/vda4; nvme0n1, 4: /dev/nvme0n1p4. */
static void name_device(const char* disk, struct found* found) {
  const char* between = isdigit((unsigned char)disk[strlen(disk) - 1]) ? "p" : "";
  snprintf(found->disk, sizeof found->disk, "/dev/%.32s", disk);
  snprintf(found->device, sizeof found->device, "/dev/%.32s%s%u", disk, between, found->number);
}

static int walk_disk(const char* name, visit* each, void* more) {
  struct gpt gpt;
  struct found found;
  uint64_t bytes;
  int known = -1;
  found.number = 1;
  name_device(name, &found);
  int disk = open(found.disk, O_RDONLY | O_CLOEXEC);
  if (disk < 0) return 0;
  if (ioctl(disk, BLKGETSIZE64, &bytes) == 0) known = gpt_read(disk, bytes / sector, &gpt);
  close(disk);
  for (unsigned i = 0; known == 0 && i < entry_count; ++i) {
    const uint8_t* entry = gpt.entries + i * entry_size;
    found.number = i + 1;
    name_device(name, &found);
    if (!is_used(entry) || access(found.device, F_OK) != 0) continue;
    int answer = each(&found, entry, more);
    if (answer != 0) return answer;
  }
  return 0;
}

static int walk(visit* each, void* more) {
  DIR* folder = opendir("/sys/block");
  int answer = 0;
  struct dirent* entry;
  while (folder != NULL && answer == 0 && (entry = readdir(folder)) != NULL) {
    if (entry->d_name[0] != '.') answer = walk_disk(entry->d_name, each, more);
  }
  if (folder != NULL) closedir(folder);
  return answer;
}

struct search {
  const uint8_t* id;
  struct found* found;
};

static int compare(const struct found* at, const uint8_t* entry, void* more) {
  struct search* search = more;
  if (memcmp(entry + entry_id, search->id, 16) != 0) return 0;
  *search->found = *at;
  return 1;
}

int find_partition(const uint8_t id[16], struct found* found) {
  struct search search = {id, found};
  return walk(compare, &search) == 1 ? 0 : -1;
}

static int print(const struct found* at, const uint8_t* entry, void* more) {
  char id[37], name[37] = "";
  (void)more;
  guid_print(entry + entry_id, id);
  for (int i = 0; i < 36; ++i) {
    uint8_t letter = entry[entry_name + 2 * i]; /* UTF-16; names of ours are ASCII */
    name[i] = (char)(letter == 0 || isprint(letter) ? letter : '?');
  }
  printf("%s %s %s\n", at->device, id, name);
  return 0;
}

void list_partitions(void) { walk(print, NULL); }
