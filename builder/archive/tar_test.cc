#include <gmock/gmock.h>

#include <algorithm>

#include "archive/cpio.h"
#include "archive/unpack.h"
#include "base/process.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using store::Entry;
using testing::ElementsAre;
using Type = Entry::Type;

constexpr std::int64_t tar_mtime = 1'700'000'000;

class TarTest : public testing::Test {
 protected:
  Entry file(std::string path, std::string_view bytes, std::uint32_t mode = 0644) {
    return {.path = std::move(path), .mode = mode, .digest = store.put(bytes), .size = bytes.size()};
  }
  store::Manifest tree() {
    store::Manifest manifest;
    manifest.add({.path = "bin", .type = Type::symlink, .mode = 0777, .target = "usr/bin"});
    manifest.add({.path = "dev", .type = Type::directory, .mode = 0755});
    manifest.add({.path = "dev/console", .type = Type::character, .mode = 0600, .major = 5, .minor = 1});
    manifest.add(file("su", "bytes", 04755));
    manifest.add(file(std::string(90, 'd') + "/" + std::string(200, 'n'), "long"));
    return manifest;
  }
  std::string written(const store::Manifest& manifest) {
    write_tar(manifest, store, tar_mtime, archive);
    return read_file(archive);
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-tar-test"};
  store::Store store{folder.path() / "store"};
  fs::path archive = folder.path() / "tree.tar";
};

TEST_F(TarTest, SameTreeSameBytes) {
  store::Manifest backwards = tree();
  std::ranges::reverse(backwards.entries());
  const std::string bytes = written(tree());
  EXPECT_EQ(written(backwards), bytes);
  EXPECT_EQ(bytes.size() % 512, 0u);
  EXPECT_EQ(bytes.find("SCHILY"), std::string::npos) << "inode or device numbers";
}

// A plain entry is one ustar header (POSIX.1-1988) and its bytes: no extended header.
TEST_F(TarTest, IsPlainUstarWhereThatDoes) {
  store::Manifest manifest;
  manifest.add(file("name", "bytes"));
  const std::string bytes = written(manifest);
  ASSERT_EQ(bytes.size(), 512u + 512 + 1024);
  EXPECT_EQ(bytes.substr(0, 5), std::string("name\0", 5));
  EXPECT_EQ(bytes.substr(100, 7), "000644 ");
  EXPECT_EQ(bytes.substr(136, 11), "14524770400");  // 1700000000 in octal
  EXPECT_EQ(bytes.substr(257, 8), std::string("ustar\0"
                                              "00",
                                              8));
  EXPECT_EQ(bytes.substr(265, 64), std::string(64, '\0')) << "owner and group names";
  EXPECT_EQ(bytes.substr(512, 5), "bytes");
}

TEST_F(TarTest, GnuTarListsTheManifest) {
  if (!find_program("tar")) GTEST_SKIP() << "no tar";
  static_cast<void>(written(tree()));
  Command list{.argv = {"tar", "--numeric-owner", "--utc", "-tvf", archive.string()}};
  list.environment = std::map<std::string, std::string>{{"LC_ALL", "C"}};
  const std::string at = " 2023-11-14 22:13 ";
  const std::string d(90, 'd');
  EXPECT_EQ(capture(list).output,
            "lrwxrwxrwx 0/0               0" + at + "bin -> usr/bin\n" + "drwxr-xr-x 0/0               0" + at + d +
                "/\n" + "-rw-r--r-- 0/0               4" + at + d + "/" + std::string(200, 'n') + "\n" +
                "drwxr-xr-x 0/0               0" + at + "dev/\n" + "crw------- 0/0             5,1" + at +
                "dev/console\n" + "-rwsr-xr-x 0/0               5" + at + "su\n");
}

TEST_F(TarTest, KeepsNamesThatAreNoText) {
  store::Manifest manifest;
  for (const char* name : {"caf\xe9", "caf\xc3\xa9", "a\nb"}) manifest.add(file(name, name));
  manifest.add(file(std::string(150, '\xe9'), "long"));
  manifest.add({.path = "link", .type = Type::symlink, .mode = 0777, .target = "\xff"});
  static_cast<void>(written(manifest));
  if (!find_program("tar")) GTEST_SKIP() << "no tar";
  fs::create_directory(folder.path() / "out");
  ASSERT_TRUE(capture({.argv = {"tar", "-xf", archive.string(), "-C", folder.path() / "out"}}).exit.ok());
  manifest.sort();
  EXPECT_EQ(store.take(folder.path() / "out").text(), manifest.text());
}

TEST_F(TarTest, UnpacksToTheSameTree) {
  store::Manifest manifest = tree();
  std::erase_if(manifest.entries(), [](const Entry& entry) { return entry.type == Type::character; });
  static_cast<void>(written(manifest));
  unpack(archive, "tree.tar", folder.path() / "out", {.strip = 0, .mtime = 5});
  manifest.complete_parents();
  for (Entry& entry : manifest.entries()) entry.mode &= entry.type == Type::symlink ? 0777u : 0775u;
  EXPECT_EQ(store.take(folder.path() / "out").text(), manifest.text());
}

}  // namespace
}  // namespace kjx::archive
