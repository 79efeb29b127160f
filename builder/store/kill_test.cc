// A process is killed at each commit point of put, take and remember in turn; whatever the store then holds must be
// right, and a new Store leaves no trace of the dead one.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "base/process.h"
#include "store/store.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* child_variable = "KJX_KILL_TEST_FOLDER";
const std::size_t big = std::size_t{2} << 20;

// What the killed process does.
void work(const fs::path& folder) {
  Store store(folder / "store");
  store.put("one");
  store.put("two");
  store.put_file(folder / "in/big");
  write_file(store.tmp() / "download", "three");
  store.adopt(store.tmp() / "download");
  const Digest tree = store.put(store.take(folder / "in"));
  store.remember(digest_of("key"), tree.hex());
  store.remember(digest_of("key"), tree.hex() + " again");
}

// Only run by the test below, in a process of its own: commit points read the environment once.
TEST(KillChild, Works) {
  if (const char* folder = std::getenv(child_variable)) work(folder);
}

int exit_signal(const fs::path& folder, int kill_at) {
  Command command{.argv = {"/proc/self/exe", "--gtest_filter=KillChild.Works"}};
  command.argv[0] = fs::read_symlink("/proc/self/exe").string();
  command.environment = {{child_variable, folder.string()}, {"KJX_KILL_AT", std::to_string(kill_at)}};
  return capture(std::move(command)).exit.signal;
}

void expect_right(const fs::path& folder) {
  Store store(folder / "store");
  EXPECT_TRUE(fs::is_empty(folder / "store/tmp"));
  for (const auto& entry : fs::recursive_directory_iterator(folder / "store/blobs")) {
    if (entry.is_directory()) continue;
    const std::string hex = entry.path().parent_path().filename().string() + entry.path().filename().string();
    EXPECT_EQ(digest_of_file(entry.path()).hex(), hex);
  }
  // A result is there only after everything it names.
  if (const auto result = store.result(digest_of("key"))) {
    const Manifest tree = store.manifest(*Digest::parse(result->substr(0, 64)));
    for (const Entry& entry : tree.entries()) EXPECT_NO_THROW(static_cast<void>(store.path_of(entry.digest)));
  }
}

TEST(Kill, AtEveryCommitPoint) {
  int points = 0;
  for (int signal = SIGKILL; signal == SIGKILL; ++points) {
    const TemporaryFolder folder(fs::temp_directory_path(), "kjx-kill-test");
    for (int i = 0; i < 4; ++i) write_file(folder.path() / "in" / std::to_string(i), std::to_string(i));
    write_file(folder.path() / "in/big", std::string(big, 'x'));
    signal = exit_signal(folder.path(), points + 1);
    SCOPED_TRACE(points + 1);
    expect_right(folder.path());
    // And the same work ends well over what the killed one left.
    work(folder.path());
    expect_right(folder.path());
    ASSERT_TRUE(Store(folder.path() / "store").result(digest_of("key")));
    ASSERT_LT(points, 1000);
  }
  // Two around each of: one, two, big, three, 0 to 3, the manifest, and two results.
  EXPECT_EQ(points - 1, 2 * 11);
}

}  // namespace
}  // namespace kjx::store
