// Three things that no namespace varies: the clock (a time namespace leaves CLOCK_REALTIME alone), the kernel's
// release, and the order in which a folder lists its names (that of the file system, which two folders on one disk
// share). A library that is loaded before all others answers instead of libc. It reaches every program that is linked
// dynamically, which all of Debian's tools are; one linked statically sees the host as it is.
#include <fmt/format.h>

#include "base/file.h"
#include "base/process.h"
#include "diag/diagnostic.h"
#include "verify/variations.h"

namespace kjx::verify {
namespace {

constexpr std::string_view source = R"(#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, id, now);
  if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += AHEAD;
  return result;
}
int gettimeofday(struct timeval *now, void *zone) {
  struct timespec precise;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to != NULL) *to = now.tv_sec;
  return now.tv_sec;
}

int uname(struct utsname *to) {
  int result = (int)syscall(SYS_uname, to);
  if (result == 0) strncpy(to->release, KERNEL, sizeof to->release - 1);
  return result;
}

/* A folder is read to its end at the first call, and its names are given from the last to the first. */
struct listing {
  DIR *folder;
  struct dirent **names;
  size_t count, next;
  struct listing *other;
};
static struct listing *listings;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static struct listing **place_of(DIR *folder) {
  struct listing **at = &listings;
  while (*at != NULL && (*at)->folder != folder) at = &(*at)->other;
  return at;
}
static void forget(DIR *folder) {
  struct listing **at = place_of(folder), *gone = *at;
  if (gone == NULL) return;
  *at = gone->other;
  for (size_t i = 0; i < gone->count; ++i) free(gone->names[i]);
  free(gone->names);
  free(gone);
}
static struct listing *read_whole(DIR *folder) {
  struct dirent *(*real)(DIR *) = (struct dirent * (*)(DIR *)) dlsym(RTLD_NEXT, "readdir");
  struct listing *all = calloc(1, sizeof *all);
  struct dirent *each;
  if (all == NULL) abort();
  all->folder = folder;
  while ((each = real(folder)) != NULL) {
    struct dirent **more = realloc(all->names, (all->count + 1) * sizeof *more);
    if (more == NULL || (more[all->count] = malloc(sizeof **more)) == NULL) abort();
    memcpy(more[all->count], each, each->d_reclen < sizeof **more ? each->d_reclen : sizeof **more);
    all->names = more;
    ++all->count;
  }
  all->next = all->count;
  all->other = listings;
  listings = all;
  return all;
}
struct dirent *readdir(DIR *folder) {
  struct listing *all;
  struct dirent *found;
  pthread_mutex_lock(&guard);
  all = *place_of(folder);
  if (all == NULL) all = read_whole(folder);
  found = all->next > 0 ? all->names[--all->next] : NULL;
  pthread_mutex_unlock(&guard);
  return found;
}
struct dirent64 *readdir64(DIR *folder) { return (struct dirent64 *)readdir(folder); }
void rewinddir(DIR *folder) {
  void (*real)(DIR *) = (void (*)(DIR *))dlsym(RTLD_NEXT, "rewinddir");
  pthread_mutex_lock(&guard);
  forget(folder);
  real(folder);
  pthread_mutex_unlock(&guard);
}
int closedir(DIR *folder) {
  int (*real)(DIR *) = (int (*)(DIR *))dlsym(RTLD_NEXT, "closedir");
  pthread_mutex_lock(&guard);
  forget(folder);
  pthread_mutex_unlock(&guard);
  return real(folder);
}
)";

}  // namespace

std::filesystem::path make_library(const std::filesystem::path& folder) {
  if (!find_program("gcc"))
    throw Failure(Diagnostic{Kind::no_tool,
                             {},
                             "gcc is not there, and `kjx verify` compiles a little library",
                             "apt-get install gcc libc6-dev"});
  const auto from = folder / "vary.c";
  auto to = folder / "vary.so";
  write_file(from, source);
  Command command{.argv = {"gcc", "-O1", "-shared", "-fPIC", "-pthread",
                           fmt::format("-DAHEAD={}L", weeks_ahead * 7 * 86400),
                           fmt::format("-DKERNEL=\"{}\"", other_kernel), "-o", to.string(), from.string(), "-ldl"}};
  const auto captured = capture(command);
  if (!captured.exit.ok())
    throw Failure(Diagnostic{
        Kind::program_failed, {}, "the library that varies the second build could not be compiled", captured.output});
  std::filesystem::permissions(to, std::filesystem::perms(0755));
  return to;
}

}  // namespace kjx::verify
