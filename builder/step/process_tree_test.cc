#include "step/process_tree.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kjx::step {
namespace {

// A child that starts children of its own, `depth` deep.
pid_t start_tree(int depth) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (depth > 1) start_tree(depth - 1);
  while (true) ::pause();
}

std::size_t wait_for_count(std::size_t count) {
  for (int i = 0; i < 500 && descendants_of(::getpid()).size() != count; ++i) ::usleep(10'000);
  return descendants_of(::getpid()).size();
}

TEST(ProcessTree, AllAreFoundAndKilled) {
  start_tree(3);
  start_tree(1);
  EXPECT_EQ(wait_for_count(4), 4u);
  kill_descendants(::getpid());
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
  EXPECT_EQ(wait_for_count(0), 0u);
}

}  // namespace
}  // namespace kjx::step
