#include "store/store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/error.h"
#include "base/process.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

class StoreTest : public testing::Test {
 protected:
  fs::path blob(const Digest& digest) const {
    return folder.path() / "store/blobs" / digest.hex().substr(0, 2) / digest.hex().substr(2);
  }
  fs::path result_file(const Digest& key) const {
    return folder.path() / "store/results" / key.hex().substr(0, 2) / key.hex().substr(2);
  }
  // What a flipped bit or a bad disk does, behind the store's back.
  static void spoil(const fs::path& path, std::string_view bytes) {
    fs::remove(path);
    std::ofstream(path) << bytes;
  }
  std::vector<fs::path> leftovers() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder.path() / "store/tmp")) found.push_back(entry.path());
    return found;
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-store-test"};
  Store store{folder.path() / "store"};
};

TEST_F(StoreTest, KeepsBytesUnderTheirDigestReadOnly) {
  const Digest digest = store.put("bytes");
  EXPECT_EQ(digest, digest_of("bytes"));
  EXPECT_TRUE(store.has(digest));
  EXPECT_EQ(store.read(digest), "bytes");
  EXPECT_EQ(store.path_of(digest), blob(digest));
  EXPECT_EQ(fs::status(blob(digest)).permissions(), static_cast<fs::perms>(0444));
  EXPECT_EQ(store.put("bytes"), digest);
}

TEST_F(StoreTest, SaysWhatIsMissing) {
  const Digest digest = digest_of("nobody has this");
  EXPECT_FALSE(store.has(digest));
  for (const auto& look : {std::function<void()>([&] { static_cast<void>(store.read(digest)); }),
                           std::function<void()>([&] { static_cast<void>(store.path_of(digest)); }),
                           std::function<void()>([&] { static_cast<void>(store.manifest(digest)); })}) {
    try {
      look();
      FAIL() << "not missing";
    } catch (const Missing& missing) {
      EXPECT_EQ(missing.digest, digest);
    }
  }
}

TEST_F(StoreTest, AFlippedBitIsRemovedAndCountsAsMissing) {
  for (const bool by_path : {true, false}) {
    const Digest digest = store.put("good bytes");
    spoil(blob(digest), "gOod bytes");
    Store fresh(store.root());
    EXPECT_TRUE(fresh.has(digest));
    EXPECT_THROW(static_cast<void>(by_path ? fresh.path_of(digest).string() : fresh.read(digest)), Missing);
    EXPECT_FALSE(fresh.has(digest));
    EXPECT_EQ(fresh.put("good bytes"), digest);
    EXPECT_EQ(fresh.read(digest), "good bytes");
  }
}

TEST_F(StoreTest, ABlobRemovedAfterItWasCheckedIsMissing) {
  const Digest digest = store.put("x");
  static_cast<void>(store.path_of(digest));
  fs::remove(blob(digest));
  EXPECT_THROW(static_cast<void>(store.path_of(digest)), Missing);
}

TEST_F(StoreTest, PuttingMendsABlobCutShort) {
  const Digest digest = store.put("whole");
  spoil(blob(digest), "who");
  EXPECT_EQ(store.put("whole"), digest);
  EXPECT_EQ(store.read(digest), "whole");
}

TEST_F(StoreTest, TakesFilesOfAnySize) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{1} << 20, (std::size_t{3} << 20) + 7}) {
    const std::string bytes(size, 'x');
    write_file(folder.path() / "file", bytes, 0640);
    const Digest digest = store.put_file(folder.path() / "file");
    EXPECT_EQ(digest, digest_of(bytes));
    EXPECT_EQ(store.put_file(folder.path() / "file"), digest);
    EXPECT_EQ(store.read(digest), bytes);
    EXPECT_EQ(fs::status(blob(digest)).permissions(), static_cast<fs::perms>(0444));
    EXPECT_EQ(fs::hard_link_count(blob(digest)), 1u);
  }
  EXPECT_EQ(fs::status(folder.path() / "file").permissions(), static_cast<fs::perms>(0640));
  EXPECT_THAT(fs::is_empty(store.tmp()), true);
}

TEST_F(StoreTest, PutFileSaysWhichFileItCannotRead) {
  try {
    store.put_file(folder.path() / "absent");
    FAIL();
  } catch (const IoError& error) {
    EXPECT_EQ(error.what(), "cannot read " + (folder.path() / "absent").string() + ": No such file or directory");
  }
}

TEST_F(StoreTest, AdoptsByMoving) {
  for (int twice = 0; twice < 2; ++twice) {
    const fs::path file = store.tmp() / "download";
    write_file(file, "downloaded");
    EXPECT_EQ(store.adopt(file), digest_of("downloaded"));
    EXPECT_FALSE(fs::exists(file));
    EXPECT_EQ(store.read(digest_of("downloaded")), "downloaded");
    EXPECT_EQ(fs::status(blob(digest_of("downloaded"))).permissions(), static_cast<fs::perms>(0444));
  }
}

TEST_F(StoreTest, ManifestsAreBlobs) {
  Manifest manifest;
  manifest.add({.path = "x", .mode = 0644, .digest = digest_of("x"), .size = 1});
  const Digest digest = store.put(manifest);
  EXPECT_EQ(store.manifest(digest).entries(), manifest.entries());
  EXPECT_THROW(static_cast<void>(store.manifest(store.put("no manifest"))), IoError);
}

TEST_F(StoreTest, ManyThreadsMayPutTheSame) {
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) store.put(std::to_string(i));
      });
    }
  }
  for (int i = 0; i < 200; ++i) EXPECT_EQ(store.read(digest_of(std::to_string(i))), std::to_string(i));
  EXPECT_TRUE(fs::is_empty(store.tmp()));
}

// --- results ---

TEST_F(StoreTest, RemembersResults) {
  const Digest key = digest_of("key");
  EXPECT_EQ(store.result(key), std::nullopt);
  store.remember(key, "{\"a\": 1}\n");
  EXPECT_THAT(store.result(key), Optional(std::string("{\"a\": 1}\n")));
  store.remember(key, "");
  EXPECT_THAT(store.result(key), Optional(std::string()));
  EXPECT_THAT(Store(store.root()).result(key), Optional(std::string()));
}

TEST_F(StoreTest, DamagedResultsCountAsAbsent) {
  const Digest key = digest_of("key");
  store.remember(key, "{\"outputs\": \"0123\"}");
  const std::string whole = read_file(result_file(key));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    spoil(result_file(key), whole.substr(0, length));
    EXPECT_EQ(store.result(key), std::nullopt) << length;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    spoil(result_file(key), flipped);
    EXPECT_EQ(store.result(key), std::nullopt) << at;
  }
  spoil(result_file(key), whole + " ");
  EXPECT_EQ(store.result(key), std::nullopt);
  store.remember(key, "again");
  EXPECT_THAT(store.result(key), Optional(std::string("again")));
}

TEST_F(StoreTest, AResultUnderAnotherKeyIsNone) {
  store.remember(digest_of("a"), "result of a");
  fs::create_directories(result_file(digest_of("b")).parent_path());
  fs::copy(result_file(digest_of("a")), result_file(digest_of("b")));
  EXPECT_EQ(store.result(digest_of("b")), std::nullopt);
}

// --- room to work ---

TEST_F(StoreTest, AnUnusedStoreMakesNoTemporaryFolder) { EXPECT_THAT(leftovers(), IsEmpty()); }

TEST_F(StoreTest, ItsTemporaryFolderGoesWithTheLastCopy) {
  {
    Store other(store.root());
    const Store copy = other;
    write_file(copy.tmp() / "x", "x");
    EXPECT_EQ(copy.tmp(), other.tmp());
    EXPECT_THAT(leftovers(), ElementsAre(copy.tmp()));
  }
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(StoreTest, RemovesLeftoversButSparesTheLiving) {
  write_file(store.tmp() / "mine", "under way");
  const fs::path dead = store.root() / "tmp/4711-dead";
  fs::create_directories(dead / "tree/closed");
  write_file(dead / "tree/closed/file", "x");
  fs::permissions(dead / "tree/closed", fs::perms::none);
  write_file(store.root() / "tmp/stray", "x");
  Store other(store.root());
  EXPECT_THAT(leftovers(), ElementsAre(store.tmp()));
  EXPECT_EQ(read_file(store.tmp() / "mine"), "under way");
}

TEST_F(StoreTest, LocksByName) {
  for (const std::string& name : {std::string("key"), std::string("a/b"), std::string(".."), std::string(500, 'n')}) {
    const auto lock = store.lock(name, nullptr);
    EXPECT_FALSE(fs::is_empty(store.root() / "locks")) << name;
  }
  EXPECT_FALSE(fs::exists(store.root() / "a"));
}

TEST_F(StoreTest, LocksKeepOthersWaitingAndTellThem) {
  auto held = store.lock("key", nullptr);
  std::atomic<bool> told = false;
  std::atomic<bool> got = false;
  std::jthread other([&] {
    const auto lock = Store(store.root()).lock("key", [&](std::string_view) { told = true; });
    got = true;
  });
  while (!told) std::this_thread::yield();
  EXPECT_FALSE(got);
  held.reset();
  other.join();
  EXPECT_TRUE(got);
}

TEST_F(StoreTest, SaysWhenItCannotBeMade) {
  write_file(folder.path() / "file", "");
  EXPECT_THROW(Store(folder.path() / "file/store"), IoError);
}

class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
  }
  ~Environment() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(StoreRoot, FollowsTheEnvironment) {
  const Environment home("HOME", "/home/x");
  const Environment xdg("XDG_CACHE_HOME", nullptr);
  const Environment own("KJX_STORE", nullptr);
  EXPECT_EQ(Store::default_root(), "/home/x/.cache/kjx/store");
  const Environment relative("XDG_CACHE_HOME", "relative");
  EXPECT_EQ(Store::default_root(), "/home/x/.cache/kjx/store");
  const Environment absolute("XDG_CACHE_HOME", "/cache");
  EXPECT_EQ(Store::default_root(), "/cache/kjx/store");
  const Environment given("KJX_STORE", "/store");
  EXPECT_EQ(Store::default_root(), "/store");
}

TEST(StoreRoot, NeedsSomethingToGoBy) {
  const Environment home("HOME", nullptr);
  const Environment xdg("XDG_CACHE_HOME", nullptr);
  const Environment own("KJX_STORE", nullptr);
  EXPECT_THROW(static_cast<void>(Store::default_root()), IoError);
}

}  // namespace
}  // namespace kjx::store
