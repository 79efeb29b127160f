// take() and lay_out(): folders of the host to manifests and back.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "store/store.h"

namespace kjx::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using Type = Entry::Type;

constexpr std::int64_t mtime = 946684800;

class TreeTest : public testing::Test {
 protected:
  TreeTest() {
    fs::create_directory(in);
    fs::create_directory(out);
  }
  ~TreeTest() override {
    remove_tree(in);
    remove_tree(out);
  }
  static struct stat status(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status;
  }
  Entry file(std::string path, std::string_view bytes, std::uint32_t mode = 0644) {
    return {.path = std::move(path), .mode = mode, .digest = store.put(bytes), .size = bytes.size()};
  }
  static Manifest manifest_of(std::vector<Entry> entries) {
    Manifest manifest;
    manifest.entries() = std::move(entries);
    return manifest;
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-tree-test"};
  fs::path in = folder.path() / "in";
  fs::path out = folder.path() / "out";
  Store store{folder.path() / "store"};
};

TEST_F(TreeTest, TakesEveryTypeSorted) {
  write_file(in / "usr/bin/x", "program", 0755);
  write_file(in / "a", "", 0600);
  ::chmod((in / "usr/bin/x").c_str(), 04755);
  ::chmod((in / "usr/bin").c_str(), 0755);
  ::chmod((in / "usr").c_str(), 0700);
  fs::create_hard_link(in / "usr/bin/x", in / "usr/bin/y");
  fs::create_symlink("nowhere/at all", in / "link");
  ASSERT_EQ(::mkfifo((in / "pipe").c_str(), 0600), 0);
  ::chmod((in / "pipe").c_str(), 0622);
  const Digest program = digest_of("program");
  EXPECT_THAT(store.take(in).entries(),
              ElementsAre(Entry{.path = "a", .mode = 0600, .digest = digest_of("")},
                          Entry{.path = "link", .type = Type::symlink, .mode = 0777, .target = "nowhere/at all"},
                          Entry{.path = "pipe", .type = Type::fifo, .mode = 0622},
                          Entry{.path = "usr", .type = Type::directory, .mode = 0700},
                          Entry{.path = "usr/bin", .type = Type::directory, .mode = 0755},
                          Entry{.path = "usr/bin/x", .mode = 04755, .digest = program, .size = 7},
                          Entry{.path = "usr/bin/y", .mode = 04755, .digest = program, .size = 7}));
  EXPECT_EQ(store.read(program), "program");
}

TEST_F(TreeTest, DoesNotFollowLinksToFolders) {
  fs::create_directory(out / "secret");
  fs::create_symlink(out, in / "link");
  EXPECT_EQ(store.take(in).entries().size(), 1u);
}

// As root this shows nothing: root may read everything. It is run as an ordinary user.
TEST_F(TreeTest, ReadsWhatItsOwnerClosedAndLeavesItSo) {
  write_file(in / "open/closed/file", "bytes", 0644);
  ::chmod((in / "open/closed/file").c_str(), 0);
  ::chmod((in / "open/closed").c_str(), 0);
  ::chmod((in / "open").c_str(), 0311);
  EXPECT_THAT(store.take(in).entries(),
              ElementsAre(Entry{.path = "open", .type = Type::directory, .mode = 0311},
                          Entry{.path = "open/closed", .type = Type::directory},
                          Entry{.path = "open/closed/file", .digest = digest_of("bytes"), .size = 5}));
  EXPECT_EQ(status(in / "open").st_mode & 07777u, 0311u);
  ::chmod((in / "open").c_str(), 0700);
  EXPECT_EQ(status(in / "open/closed").st_mode & 07777u, 0u);
  ::chmod((in / "open/closed").c_str(), 0700);
  EXPECT_EQ(status(in / "open/closed/file").st_mode & 07777u, 0u);
}

TEST_F(TreeTest, RefusesSockets) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX};
  const std::string path = (in / "socket").string();
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(&address.sun_path[0], path.size());
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ::close(socket);
  try {
    static_cast<void>(store.take(in));
    FAIL();
  } catch (const IoError& error) {
    EXPECT_EQ(error.what(), "cannot take " + path + ": it is a socket");
  }
}

TEST_F(TreeTest, SaysWhatItCannotTake) {
  EXPECT_THROW(static_cast<void>(store.take(folder.path() / "absent")), IoError);
  write_file(folder.path() / "file", "");
  EXPECT_THROW(static_cast<void>(store.take(folder.path() / "file")), IoError);
}

TEST_F(TreeTest, TakesAnyName) {
  const std::vector<std::string> names{"\n", " ", "\\x20", "caf\xe9", "~", "\xf0\x9f\x98\x80"};
  for (const std::string& name : names) write_file(in / name, name);
  const Manifest taken = store.take(in);
  EXPECT_EQ(Manifest::parse(taken.text())->entries(), taken.entries());
  for (const std::string& name : names) {
    ASSERT_NE(taken.find(name), nullptr);
    EXPECT_EQ(taken.find(name)->digest, digest_of(name));
  }
}

TEST_F(TreeTest, ManyFilesGiveTheSameManifestEveryTime) {
  for (int i = 0; i < 500; ++i) {
    write_file(in / std::to_string(i % 7) / std::to_string(i), std::string(static_cast<std::size_t>(i) * 50, 'x'));
  }
  const std::string text = store.take(in).text();
  EXPECT_EQ(store.take(in).text(), text);
  store.lay_out(*Manifest::parse(text), out, mtime);
  EXPECT_EQ(store.take(out).text(), text);
}

TEST_F(TreeTest, LaysOutWhatItTook) {
  const Manifest manifest =
      manifest_of({file("big", std::string(std::size_t{3} << 20, 'b'), 0440), file("dir/closed/file", "x", 0),
                   file("dir/set", "s", 06755), Entry{.path = "dir", .type = Type::directory, .mode = 0555},
                   Entry{.path = "dir/closed", .type = Type::directory, .mode = 0},
                   Entry{.path = "dir/link", .type = Type::symlink, .mode = 0777, .target = "../nowhere"},
                   Entry{.path = "pipe", .type = Type::fifo, .mode = 0626},
                   Entry{.path = "tmp", .type = Type::directory, .mode = 01777}});
  const mode_t old = ::umask(077);
  store.lay_out(manifest, out, mtime);
  ::umask(old);
  Manifest expected = manifest;
  expected.sort();
  EXPECT_EQ(store.take(out).text(), expected.text());
}

TEST_F(TreeTest, GivesEverythingItsTime) {
  store.lay_out(manifest_of({file("a/b/file", "x"), file("a/big", std::string(std::size_t{2} << 20, 'b')),
                             Entry{.path = "a/link", .type = Type::symlink, .mode = 0777, .target = "b"},
                             Entry{.path = "a/pipe", .type = Type::fifo, .mode = 0644}}),
                out, mtime);
  EXPECT_EQ(status(out).st_mtim.tv_sec, mtime);
  for (const auto& entry : fs::recursive_directory_iterator(out)) {
    EXPECT_EQ(status(entry.path()).st_mtim.tv_sec, mtime) << entry.path();
    EXPECT_EQ(status(entry.path()).st_mtim.tv_nsec, 0) << entry.path();
  }
}

TEST_F(TreeTest, LeavesDevicesOut) {
  store.lay_out(
      manifest_of({Entry{.path = "dev/console", .type = Type::character, .mode = 0600, .major = 5, .minor = 1}}), out,
      mtime);
  EXPECT_TRUE(fs::is_directory(out / "dev"));
  EXPECT_TRUE(fs::is_empty(out / "dev"));
}

TEST_F(TreeTest, CopiesMayBeChanged) {
  for (const std::size_t size : {std::size_t{3}, std::size_t{2} << 20}) {
    const std::string bytes(size, 'x');
    const Manifest manifest = manifest_of({file(std::to_string(size), bytes)});
    store.lay_out(manifest, out, mtime);
    EXPECT_EQ(fs::hard_link_count(out / std::to_string(size)), 1u);
    write_file(out / std::to_string(size), "changed");
    EXPECT_EQ(store.read(digest_of(bytes)), bytes);
  }
}

TEST_F(TreeTest, SaysWhichBlobIsMissing) {
  const Manifest manifest = manifest_of({file("a", "a"), file("b", "b")});
  fs::remove(store.path_of(digest_of("b")));
  try {
    store.lay_out(manifest, out, mtime);
    FAIL();
  } catch (const Missing& missing) {
    EXPECT_EQ(missing.digest, digest_of("b"));
  }
}

TEST_F(TreeTest, WritesNothingThroughALink) {
  fs::create_directory(folder.path() / "outside");
  EXPECT_THROW(
      store.lay_out(manifest_of({Entry{.path = "l", .type = Type::symlink, .mode = 0777, .target = "../outside"},
                                 file("l/x", "x")}),
                    out, mtime),
      IoError);
  EXPECT_TRUE(fs::is_empty(folder.path() / "outside"));
}

TEST_F(TreeTest, WritesOverNothing) {
  write_file(out / "a", "old");
  EXPECT_THROW(store.lay_out(manifest_of({file("a", "new")}), out, mtime), IoError);
  EXPECT_EQ(read_file(out / "a"), "old");
}

}  // namespace
}  // namespace kjx::store
