#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/file.h"

namespace kjx {
namespace {

struct Lock : testing::Test {
  TemporaryFolder temporary{testing::TempDir(), "lock"};
  std::filesystem::path path = temporary.path() / "folder/lock";
};

void nobody_waits(std::string_view) { ADD_FAILURE() << "waited for a free lock"; }

TEST_F(Lock, FreeAgainWhenItsHolderIsGone) {
  { const FileLock lock(path, nobody_waits); }
  const FileLock lock(path, nobody_waits);
}

TEST_F(Lock, TheSecondIsToldWhoHoldsIt) {
  const FileLock lock(path, nobody_waits);
  std::string holder;
  const auto give_up = [&](std::string_view text) {
    holder = text;
    throw std::runtime_error("not waiting");
  };
  EXPECT_THROW(FileLock(path, give_up), std::runtime_error);
  EXPECT_THAT(holder, testing::MatchesRegex(fmt::format("pid {}, since [0-9-]+ [0-9:]+ UTC", ::getpid())));
}

TEST_F(Lock, WaitsForTheFirst) {
  auto first = std::make_unique<FileLock>(path, nobody_waits);
  std::atomic<bool> waiting = false;
  std::atomic<bool> held = false;
  std::thread second([&] {
    const FileLock lock(path, [&](std::string_view) { waiting = true; });
    held = true;
  });
  while (!waiting) std::this_thread::yield();
  EXPECT_FALSE(held);
  first.reset();
  second.join();
  EXPECT_TRUE(held);
}

TEST_F(Lock, ARemovedLockFileIsNoLock) {
  auto first = std::make_unique<FileLock>(path, nobody_waits);
  std::thread second([&] {
    const FileLock lock(path, [&](std::string_view) {
      std::filesystem::remove(path);
      first.reset();
    });
    EXPECT_TRUE(std::filesystem::exists(path));
  });
  second.join();
}

}  // namespace
}  // namespace kjx
