#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/file.h"

namespace kjx {

void commit_point(std::string_view name) {
  static const char* const kill_at = std::getenv("KJX_KILL_AT");
  static const char* const log = std::getenv("KJX_COMMIT_LOG");
  static const long number = kill_at == nullptr ? 0 : std::strtol(kill_at, nullptr, 10);
  static std::atomic<long> passed = 0;
  const long now = ++passed;
  if (log != nullptr)
    std::ofstream(log, std::ios::app) << std::string(name) + "\n";  // one write: many processes append
  if (now == number) ::kill(::getpid(), SIGKILL);
}

}  // namespace kjx
